import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Desk, openDesk } from './testing/desk.ts';
import { writeXlsx } from './testing/run.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
  await desk.write('inv.csv', 'Invoice No,Customer,Due Date,Balance\nINV-1,Jane Doe,01/01/2090,1500\n');
});
afterAll(() => desk?.close());

test('a column with both orders is told line by line, a payment in the future as well, a due date not', async () => {
  const dates = ['8/31/26', '9/1/26', '13/9/26', '31/08/2062'];
  await desk.write('p.csv', `Receipt,Date,Amount\n${dates.map((date, at) => `UH1AAAAA0${at},${date},1`).join('\n')}\n`);
  await desk.run('inv.csv', 'p.csv');
  const rows = await desk.sheet('Rows not read');
  expect(rows.map((row) => [row['Line'], row['What happened'], row['What it is']])).toEqual([
    [2, 'not read', 'not a date'],
    [3, 'read in part', expect.stringMatching(/^the day or the month may come first/)],
    [5, 'read in part', 'a date in the future; read as it is'],
  ]);
});

test('the time of a payment may stand in a column of its own, of any kind', async () => {
  const day = new Date('2026-08-31T00:00:00Z');
  await writeXlsx(desk.at('x.xlsx'), [
    ['Receipt', 'Date', 'Time', 'Amount'],
    ['UH1AAAAA01', day, new Date('1899-12-30T14:03:00Z'), 10],
    ['UH1AAAAA02', 46_265, 0.5, 10],
    ['UH1AAAAA03', '31/08/2026', '2:03 PM', 10],
  ]);
  await desk.run('inv.csv', 'x.xlsx');
  const rows = await desk.sheet('Payments');
  const times = rows.map((row) => [row['Receipt'], (row['Paid at'] as Date).toISOString().slice(0, 16)]);
  expect(Object.fromEntries(times)).toEqual({
    UH1AAAAA01: '2026-08-31T14:03',
    UH1AAAAA02: '2026-08-31T12:00',
    UH1AAAAA03: '2026-08-31T14:03',
  });
});
