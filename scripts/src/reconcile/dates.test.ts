import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

describe('the order of day and month', () => {
  const HEADER = 'Invoice No,Customer,Date,Due Date,Balance';
  /** Days of issue and due days of invoices, and what is said of them. */
  const read = async (...rows: string[]) => {
    const lines = rows.map((row, at) => `INV-${at + 1},Jane Doe,${row},1500`);
    await desk.write('order.csv', [HEADER, ...lines].join('\n'));
    await desk.write('one.csv', 'Receipt,Date,Amount\nUH1AAAAA01,01/03/2026,1\n');
    const ended = await desk.run('order.csv', 'one.csv');
    const day = (cell: unknown) => (cell as Date).toISOString().slice(0, 10);
    const invoices = await desk.sheet('Invoices');
    return { days: invoices.map(({ Issued, Due }) => `${day(Issued)} ${day(Due)}`), told: ended.stderr };
  };

  test('is that of all date columns of a table, where a column leaves it open', async () => {
    const { days, told } = await read('01/05/2026,01/31/2026', '02/05/2026,02/10/2026');
    expect(days).toEqual(['2026-01-05 2026-01-31', '2026-02-05 2026-02-10']);
    expect(told).toBe('');
  });

  test('is each column its own where both say it', async () => {
    expect((await read('31/01/2026,02/28/2026', '01/02/2026,02/03/2026')).days[1]).toBe('2026-02-01 2026-02-03');
  });

  test('is the one in which nothing is due before it is issued', async () => {
    const { days, told } = await read('01/12/2026,02/01/2026', '01/05/2026,03/05/2026');
    expect(days).toEqual(['2026-01-12 2026-02-01', '2026-01-05 2026-03-05']);
    expect(told).toMatch(/line 2, Date: the day or the month may come first; read with the month first/);
  });

  test('is told where neither fits every row, and where one row contradicts the others', async () => {
    const neither = await read('01/12/2026,02/01/2026', '12/01/2026,01/02/2026');
    expect(neither.told).toMatch(/in part: order\.csv, line 2, Date: the day or the month may come first/);
    expect(neither.told).toMatch(/in part: order\.csv, line 3, Due Date: the day or the month may come first/);
    const slip = await read('05/01/2026,31/01/2026', '01/03/2026,04/02/2026');
    expect(slip.days[1]).toBe('2026-03-01 2026-02-04');
    expect(slip.told).toBe(
      "  in part: order.csv, line 3, Due Date: due before it was issued, unless the month comes first '04/02/2026'; write all dates like 2026-01-31\n",
    );
  });

  test('of payments is settled by another column of dates', async () => {
    const rows = ['A1,01/05/2026,01/31/2026,1', 'A2,02/05/2026,02/05/2026,1'];
    await desk.write('value.csv', ['Receipt,Transaction Date,Value Date,Amount', ...rows].join('\n'));
    await desk.run('inv.csv', 'value.csv');
    const days = (await desk.sheet('Payments')).map((row) => (row['Paid at'] as Date).toISOString().slice(0, 10));
    expect(days).toEqual(['2026-01-05', '2026-02-05']);
  });

  test.each(['31/01/2026', '01/31/2026'])(
    'is told of dates that a spreadsheet turned round beside %s, which it left as text',
    async (text) => {
      const turned = new Date('2026-01-05T00:00:00Z');
      await writeXlsx(desk.at('turned.xlsx'), [
        ['Receipt', 'Date', 'Amount'],
        ['UH1AAAAA01', turned, 10],
        ['UH1AAAAA02', text, 10],
      ]);
      const ended = await desk.run('inv.csv', 'turned.xlsx');
      expect(ended.stderr).toMatch(
        /^ {2}in part: turned\.xlsx, line 2, Date: the day or the month may come first[^\n]*\n$/,
      );
      const days = (await desk.sheet('Payments')).map((row) => (row['Paid at'] as Date).toISOString().slice(0, 10));
      expect(days).toEqual(['2026-01-05', '2026-01-31']);
    },
  );

  test('of dates that are dates is not doubted where one of them could not have been turned round', async () => {
    const dates = ['2026-01-05', '2026-01-25'].map((date) => new Date(`${date}T00:00:00Z`));
    await writeXlsx(desk.at('plain.xlsx'), [
      ['Receipt', 'Date', 'Amount'],
      ...dates.map((date, at) => [`UH1AAAAA0${at}`, date, 10]),
      ['UH1AAAAA09', '31/01/2026', 10],
    ]);
    expect((await desk.run('inv.csv', 'plain.xlsx')).stderr).toBe('');
  });
});
