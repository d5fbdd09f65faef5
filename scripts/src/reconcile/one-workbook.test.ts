import exceljs from 'exceljs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from './testing/desk.ts';
import { type Cell, summaryIn } from './testing/run.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.close());

type Sheets = Record<string, readonly (readonly Cell[])[]>;

const book = async (name: string, sheets: Sheets, hidden?: string): Promise<void> => {
  const workbook = new exceljs.Workbook();
  for (const [title, rows] of Object.entries(sheets)) {
    const sheet = workbook.addWorksheet(title, { state: title === hidden ? 'hidden' : 'visible' });
    for (const row of rows) sheet.addRow([...row]);
  }
  await workbook.xlsx.writeFile(desk.at(name));
};

const MPESA: Sheets[string] = [
  ['Receipt No.', 'Completion Time', 'Details', 'Transaction Status', 'Paid In', 'Withdrawn', 'Balance', 'A/C No.'],
  ['UAC6V8B2N4', '12-01-2026 07:14:03', 'Pay Bill from 2547****001 - JANE DOE', 'Completed', 700, '', 700, 'INV-1'],
];

describe('one workbook for both options', () => {
  test.each([
    [['Invoice No', 'Customer', 'Date', 'Amount', 'Balance']],
    [['Invoice No', 'Customer', 'Date', 'Due Date', 'Amount']],
    [['Invoice No', 'Customer', 'Date', 'Amount', 'Paid', 'Balance']],
    [['Invoice No', 'Customer', 'Date', 'Amount']],
    [['Invoice No', 'Customer', 'Date', 'Due Date', 'Amount', 'Receipt No']],
    [['Invoice No', 'Customer', 'Invoice Date', 'Balance']],
  ])('invoices do not pay themselves: %j', async (titles) => {
    const values: Record<string, Cell> = { 'Invoice No': 'INV-1', Customer: 'Jane Doe', Paid: 0, 'Receipt No': '' };
    const row = titles.map((title) => values[title] ?? (title.includes('Date') ? '05/01/2026' : 1500));
    await book('both.xlsx', { Invoices: [titles, row], 'M-Pesa': MPESA });
    const ended = await desk.run('both.xlsx', 'both.xlsx', '--json');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('set aside: table of payments 1, table of invoices 1');
    expect(summaryIn(ended)).toMatchObject({ invoices: 1, payments: 1 });
    expect(await desk.sheet('Invoices')).toMatchObject([{ 'Paid now': 700, 'Balance after': 800 }]);
    const aside = await desk.sheet('Rows not read');
    expect(aside.map((one) => [one['Sheet'], one['Line'], one['What happened'], one['What it is']])).toEqual([
      ['M-Pesa', 1, 'set aside', 'table of payments'],
      ['Invoices', 1, 'set aside', 'table of invoices'],
    ]);
  });

  test('a book of receipts beside the invoices names them and is no second list of invoices', async () => {
    await book('books.xlsx', {
      Invoices: [
        ['Invoice No', 'Customer', 'Date', 'Balance'],
        ['INV-1', 'Jane Doe', '05/01/2026', 1500],
      ],
      Receipts: [
        ['Date', 'Receipt No', 'Customer', 'Invoice No', 'Amount'],
        ['06/01/2026', 'RCT-1', 'Mother of Jane', 'INV-1', 1500],
      ],
    });
    const ended = await desk.run('books.xlsx', 'books.xlsx', '--json');
    expect(summaryIn(ended)).toMatchObject({ invoices: 1, payments: 1, rowsNotRead: 0 });
  });
});

describe('a hidden worksheet', () => {
  const titles = ['Invoice No', 'Customer', 'Date', 'Balance'];
  const Open = [titles, ['INV-1', 'Jane Doe', '05/01/2026', 1500]];
  const Old = [titles, ['INV-0', 'Ali Noor', '05/12/2025', 900], ['INV-1', 'Jane Doe', '05/01/2026', 1500]];
  const statement = 'Receipt,Date,Amount,Account\nUH1AAAAAA1,31/01/2026,1500,INV-1\n';

  test('does not count, and is told with its rows and the remedy', async () => {
    await book('hidden.xlsx', { Open, Old }, 'Old');
    await desk.write('st.csv', statement);
    const ended = await desk.run('hidden.xlsx', 'st.csv', '--json');
    expect(summaryIn(ended)).toMatchObject({ invoices: 1, rowsNotRead: 1 });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/hidden\.xlsx \(Old\), line 1: rows of a hidden worksheet.* 2 .*unhide it/);
  });

  test('with all that there is makes the file refused with the way out', async () => {
    await book('hidden.xlsx', { Open: [['Notes']], Old }, 'Old');
    await desk.write('st.csv', statement);
    const ended = await desk.run('hidden.xlsx', 'st.csv');
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(/hidden\.xlsx .*is hidden; unhide it/) });
  });
});

test('a file with nothing but the other kind of table is refused with the way out', async () => {
  await desk.write('inv.csv', 'Invoice No,Customer,Date,Balance\nINV-1,Jane Doe,05/01/2026,1500\n');
  const refused = await desk.run('inv.csv', 'inv.csv');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(/inv\.csv holds invoices and no payments; give it to --invoices, or .* 'Receipt no'/);
});

test.each([
  ['Date,Reference,Customer,Amount,Balance', '05/01/2026,INV-1,Jane Doe,1500,9000'],
  ['Date,Invoice No,Customer,Amount', '05/01/2026,INV-1,Jane Doe,1500'],
  ['Date,Invoice No,Customer,Amount Received,Balance', '05/01/2026,INV-1,Jane Doe,1500,0'],
])('payments that name invoices stay payments: %s', async (titles, row) => {
  await desk.write('inv.csv', 'Invoice No,Customer,Date,Balance\nINV-1,Jane Doe,05/01/2026,1500\n');
  await desk.write('list.csv', `${titles}\n${row}\n`);
  expect(summaryIn(await desk.run('inv.csv', 'list.csv', '--json'))).toMatchObject({ invoices: 1, payments: 1 });
});
