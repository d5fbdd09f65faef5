import { expect, test } from 'vitest';
import { readCsv } from './csv.ts';
import { readInvoices } from './invoices.ts';
import type { Remark } from './remarks.ts';

test("an accountant's dash in the balance is nothing owed; a blank balance is said", () => {
  const lines = [
    'Invoice No,Customer,Amount,Balance',
    'INV-1,Jane Doe," 1,500.00 "," -   "',
    'INV-2,Jane Doe," 1,500.00 "," 1,000.00 "',
    'INV-3,Pete Oko," 1,500.00 ",',
  ];
  const sheets = [{ file: 'i.csv', name: null, rows: readCsv(lines.join('\n')).rows }];
  const remarks: Remark[] = [];
  const read = readInvoices({ file: 'i.csv', sheets }, remarks, new Map());
  expect(read.map(({ balanceCents }) => balanceCents)).toEqual([0, 100_000, 150_000]);
  expect(remarks).toMatchObject([{ kind: 'read in part', line: 4, column: 'Balance' }]);
});
