import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import exceljs from 'exceljs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labelsOf } from './read/labels.ts';
import { type Desk, openDesk } from './testing/desk.ts';
import { summaryIn } from './testing/run.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
  for (const folder of ['jan', 'feb']) await mkdir(desk.at(folder));
  await desk.write('inv.csv', `${TITLES}\nINV-1,Jane Doe,01/07/2026,1500\n`);
  await desk.write('more.csv', `${TITLES}\nINV-2,Peter Okoth,01/07/2026,2500\nINV-1,Jane Doe,01/07/2026,1500\n`);
});
afterAll(() => desk?.close());

const TITLES = 'Invoice No,Customer,Invoice Date,Balance';

test('files are called by the shortest ending of their path that tells them apart', () => {
  const labels = labelsOf(['/y/jan/st.csv', '/y/feb/st.csv', '/y/inv.csv', '/st.csv']);
  expect([...labels.values()]).toEqual([path.join('jan', 'st.csv'), path.join('feb', 'st.csv'), 'inv.csv', '/st.csv']);
});

describe('a line is told by its file and sheet', () => {
  test('of two statements with the same name', async () => {
    const header = 'Receipt,Date,Amount,Account';
    await desk.write('jan/st.csv', `${header}\nUH1AAAAAA1,31/08/2026,1500,INV-1\n`);
    await desk.write('feb/st.csv', `${header}\nUH1AAAAAA2,31/08/2026,2500,INV-2\nUH1AAAAAA1,31/08/2026,1500,INV-1\n`);
    await desk.run('inv.csv', 'jan/st.csv', '--payments', desk.at('feb/st.csv'));
    const rows = await desk.sheet('Payments');
    expect(rows.map(({ File, Line }) => [File, Line])).toEqual([
      ['jan/st.csv', 2],
      ['feb/st.csv', 2],
      ['feb/st.csv', 3],
    ]);
    expect(rows[2]?.['Reason']).toBe('the same receipt as on line 2 of jan/st.csv; not counted again');
    expect(rows[0]).not.toHaveProperty('Sheet');
  });

  test('of a workbook with several sheets, also where a line without a receipt paid an invoice', async () => {
    const book = new exceljs.Workbook();
    for (const name of ['Aug', 'Sep']) {
      const sheet = book.addWorksheet(name);
      sheet.addRow(['Receipt', 'Date', 'Amount', 'Account']);
      sheet.addRow(['UH1AAAAAA9', '31/08/2026', 10, 'X']);
      if (name === 'Sep') sheet.addRow(['', '31/08/2026', 1500, 'INV-1']);
    }
    await book.xlsx.writeFile(desk.at('two.xlsx'));
    await desk.run('inv.csv', 'two.xlsx');
    const rows = await desk.sheet('Payments');
    expect(rows.map(({ Sheet, Line }) => [Sheet, Line])).toEqual([
      ['Aug', 2],
      ['Sep', 2],
      ['Sep', 3],
    ]);
    expect(rows[1]?.['Reason']).toBe("the same receipt as on line 2 of sheet 'Aug'; not counted again");
    const [invoice] = await desk.sheet('Invoices');
    expect(invoice).toMatchObject({ 'Paid by': "line 3 of two.xlsx, sheet 'Sep'" });
    await desk.run('inv.csv', 'two.xlsx', '--language', 'sw');
    const [ankara] = await desk.sheet('Ankara');
    expect(ankara).toMatchObject({ 'Imelipwa na': "mstari wa 3 wa two.xlsx, karatasi 'Sep'" });
  });
});

test('several files of invoices and of customers are all read, and an invoice counts once', async () => {
  await desk.write('p.csv', 'Receipt,Date,Amount,Account\nUH1AAAAAA1,31/08/2026,1500,INV-1\n');
  await desk.write('c1.csv', 'Name,Phone\nJane Doe,0712000001\n');
  await desk.write('c2.csv', 'Name,Phone\nPeter Okoth,0712000002\n');
  const both = ['--customers', desk.at('c1.csv'), '--customers', desk.at('c2.csv')];
  const ended = await desk.run('inv.csv', 'p.csv', '--invoices', desk.at('more.csv'), ...both, '--json');
  expect(summaryIn(ended)).toMatchObject({ invoices: 2, rowsNotRead: 1 });
  expect(ended.stderr).toContain('invoice INV-1 stands on line 2 of inv.csv already');
  expect(ended.stdout).toContain('2 invoices, 2 customers in their file');
  expect(ended.stdout).not.toContain('who are not in their file');
  expect((await desk.sheet('Invoices')).map(({ File }) => File)).toEqual(['inv.csv', 'more.csv']);
  const twice = await desk.run('inv.csv', 'p.csv', '--invoices', desk.at('inv.csv'));
  expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining('--invoices names') });
});
