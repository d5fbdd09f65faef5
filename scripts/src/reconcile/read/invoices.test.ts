import { expect, test } from 'vitest';
import { readCsv } from './csv.ts';
import { readInvoices } from './invoices.ts';
import type { Remark } from './remarks.ts';

/** The invoices of a file, and what is said of the rest. */
function read(...lines: string[]) {
  const sheets = [{ file: 'i.csv', name: null, rows: readCsv(lines.join('\n')).rows }];
  const remarks: Remark[] = [];
  return { invoices: readInvoices({ file: 'i.csv', sheets }, remarks, new Map()), remarks };
}

test("an accountant's dash in the balance is nothing owed; a blank balance is said", () => {
  const { invoices, remarks } = read(
    'Invoice No,Customer,Amount,Balance',
    'INV-1,Jane Doe," 1,500.00 "," -   "',
    'INV-2,Jane Doe," 1,500.00 "," 1,000.00 "',
    'INV-3,Pete Oko," 1,500.00 ",',
  );
  expect(invoices.map(({ balanceCents }) => balanceCents)).toEqual([0, 100_000, 150_000]);
  expect(remarks).toMatchObject([{ kind: 'read in part', line: 4, column: 'Balance' }]);
});

test('a debit on a customer’s account is owed, a credit is not: bills receivable as Tally exports them', () => {
  const { invoices, remarks } = read(
    "Date,Ref. No.,Party's Name,Opening Amount,Pending Amount,Due on",
    '1-Oct-26,INV-1,Jane Doe,"14,000.00 Dr","12,500.00 Dr",31-Oct-26',
    '2-Oct-26,INV-2,Ali Noor,500.00 Dr,0.00 Dr,31-Oct-26',
    '3-Oct-26,CN-1,Jane Doe,500.00 Cr,500.00 Cr,31-Oct-26',
    ',,Grand Total,"14,000.00 Dr","12,000.00 Dr",',
  );
  expect(invoices.map(({ number, totalCents, balanceCents }) => [number, totalCents, balanceCents])).toEqual([
    ['INV-1', 1_400_000, 1_250_000],
    ['INV-2', 50_000, 0],
  ]);
  expect(remarks.map(({ line, what }) => [line, what])).toEqual([
    [4, 'credit note'],
    [5, 'totals'],
  ]);
});

test('a customer who is named once above the rows is every row’s: open invoices as QuickBooks groups them', () => {
  const { invoices, remarks } = read(
    'Open Invoices',
    ',Date,Transaction Type,Num,Terms,Due Date,Open Balance',
    'Jane Doe,,,,,,',
    ',01/10/2026,Invoice,INV-1,Net 30,31/10/2026,"14,000.00"',
    ',05/10/2026,Payment,,,05/10/2026,-500.00',
    ',06/10/2026,Invoice,INV-2,,31/10/2026,"1,000.00"',
    'Total for Jane Doe,,,,,,"KES14,500.00"',
    'Ali Noor,,,,,,',
    ',02/10/2026,Invoice,INV-3,,31/10/2026,700.00',
    'Total for Ali Noor,,,,,,KES700.00',
    ',02/10/2026,Invoice,INV-4,,31/10/2026,800.00',
    'TOTAL,,,,,,"KES16,000.00"',
  );
  expect(invoices.map(({ number, customer }) => [number, customer.name])).toEqual([
    ['INV-1', 'Jane Doe'],
    ['INV-2', 'Jane Doe'],
    ['INV-3', 'Ali Noor'],
  ]);
  const told = remarks.filter(({ what }) => what !== 'heading' && what !== 'totals');
  expect(told.map(({ line, what }) => [line, what])).toEqual([
    [5, 'credit note'],
    [11, 'no customer'],
  ]);
});

const ZOHO = 'Invoice Number,Invoice Status,Customer Name,Total,Balance,Item Name,Item Total';

test('a row for each item is one invoice, as Zoho and Xero export them with the whole on each row', () => {
  const { invoices, remarks } = read(
    ZOHO,
    'INV-1,Overdue,Jane Doe,30500.00,30500.00,Fees,24500.00',
    'INV-1,Overdue,Jane Doe,30500.00,30500.00,Transport,6000.00',
    'INV-2,Sent,Ali Noor,700.00,200.00,Fees,700.00',
    'INV-2,Sent,Ali Noor,700.00,200.00,Gift,0.00',
  );
  expect(invoices.map(({ number, totalCents, balanceCents }) => [number, totalCents, balanceCents])).toEqual([
    ['INV-1', 3_050_000, 3_050_000],
    ['INV-2', 70_000, 20_000],
  ]);
  expect(remarks.map(({ kind, line, what }) => [kind, line, what])).toEqual([
    ['not used', 1, 'columns that were not used'],
    ['set aside', 3, 'further item of an invoice'],
    ['set aside', 5, 'further item of an invoice'],
  ]);
});

test.each([
  ['items that are more than the whole', 'INV-1,Sent,Jane Doe,700,700,Fees,700', 'INV-1,Sent,Jane Doe,700,700,Bus,700'],
  ['another whole', 'INV-1,Sent,Jane Doe,700,700,Fees,400', 'INV-1,Sent,Jane Doe,300,300,Bus,300'],
  ['no item', 'INV-1,Sent,Jane Doe,700,700,Fees,', 'INV-1,Sent,Jane Doe,700,700,Fees,'],
])('the same invoice again with %s is left to the bookkeeper', (_, ...rows) => {
  const { invoices, remarks } = read(ZOHO, ...rows);
  expect(invoices).toHaveLength(1);
  expect(remarks).toContainEqual(
    expect.objectContaining({ kind: 'not read', line: 3, remedy: expect.stringContaining('one row for each invoice') }),
  );
});

test('lines of their own between rows name nobody where the rows have a customer, or the column a title', () => {
  const note = 'please pay by the end of the month,,,';
  expect(read('Customer,Num,Due Date,Balance', 'Jane Doe,INV-1,31/10/2026,500', note).invoices).toMatchObject([
    { customer: { name: 'Jane Doe' } },
  ]);
  expect(() => read('Site,Num,Due Date,Balance', 'Nairobi,,,', ',INV-1,31/10/2026,500')).toThrow(/needs 'Customer'/);
});

test('a unit that is not let is set aside; one with an amount or a number is read or said as any other row', () => {
  const { invoices, remarks } = read(
    'Unit,Tenant,Invoice No,Amount,Balance',
    'A1,Jane Doe,INV-1,15000,15000',
    'B1,VACANT,,,',
    'B2,Vacant (under repair),,,0.00',
    'B3,Vacant,,15000,',
    'B4,VACANT,INV-4,,',
    'B5,Vacanta Otieno,,,',
  );
  expect(invoices.map(({ number }) => number)).toEqual(['INV-1']);
  expect(remarks.map(({ line, kind, what }) => [line, kind, what])).toEqual([
    [3, 'set aside', 'vacant unit'],
    [4, 'set aside', 'vacant unit'],
    [5, 'not read', 'no invoice number'],
    [6, 'not read', 'no amount'],
    [7, 'not read', 'no invoice number'],
  ]);
});
