import { describe, expect, test } from 'vitest';
import { INVOICE_COLUMNS, PAYMENT_COLUMNS } from './columns.ts';
import { readCsv } from './csv.ts';
import { findTables } from './find-tables.ts';
import type { Remark } from './remarks.ts';
import { readRows } from './table.ts';

type Sheets = Record<string, readonly string[]>;

const open = (sheets: Sheets) => ({
  file: 'f.xlsx',
  sheets: Object.entries(sheets).map(([name, lines]) => ({
    file: 'f.xlsx',
    name,
    rows: readCsv(lines.join('\n')).rows,
  })),
});

/** Amounts by sheet and line, and what is said of the rest. */
function payments(sheets: Sheets) {
  const remarks: Remark[] = [];
  const read = findTables(open(sheets), PAYMENT_COLUMNS, remarks).flatMap((table) =>
    readRows(table, remarks, ({ place, text }) => `${place.sheet}:${place.line} ${text('paidIn')}`),
  );
  return { read, remarks: remarks.map(({ kind, sheet, line, what }) => `${kind} ${sheet}:${line} ${what}`) };
}

const AUGUST = ['Receipt,Date,Amount,Account', 'UH1AAAAAA1,31/08/2026,1500,INV-1'];

describe('sheets', () => {
  test('one whose header misses a column is named with its rows and the column', () => {
    const sheets = {
      Aug: AUGUST,
      Sep: ['Receipt,When,Amount', 'UI1AAAAAA1,01/09/2026,2500', 'UI1AAAAAA2,02/09/2026,1'],
    };
    expect(payments(sheets)).toEqual({
      read: ['Aug:2 1500'],
      remarks: ["not read Sep:1 rows below this header that were not read: 2; no column is known as 'Date' or 'Time'"],
    });
  });

  test('one that is plainly something else is passed over', () => {
    const sheets = {
      Cover: ['Statement of accounts', 'Date,31/08/2026', 'Amount,1500'],
      Empty: [],
      Titles: ['Receipt,Amount'],
      Notes: ['Remember to ask the bank', 'about the amount, please'],
      Aug: AUGUST,
    };
    expect(payments(sheets)).toEqual({ read: ['Aug:2 1500'], remarks: [] });
  });

  test('several tables in one are all read, each by its own header', () => {
    const both = [
      ...['M-PESA', 'Date,Receipt,Amount', '31/08/2026,UH1AAAAAA1,1500', '31/08/2026,UH1AAAAAA2,2500', '', 'BANK'],
      ...['Date,Description,Debit,Credit,Balance,Currency', '30/08/2026,INV-3,,3500,1,KES'],
      ...['Date,Description,Debit,Credit,Balance,Currency', '30/08/2026,INV-4,,4500,1,KES', 'CASH'],
      ...['When,Receipt,Amount', '30/08/2026,INV-4,5500'],
    ];
    expect(payments({ S: both })).toEqual({
      read: ['S:3 1500', 'S:4 2500', 'S:8 3500', 'S:10 4500'],
      remarks: [
        'set aside S:6 heading',
        'set aside S:11 heading',
        "not read S:12 rows below this header that were not read: 1; no column is known as 'Date' or 'Time'",
        'set aside S:9 header repeated',
      ],
    });
  });

  test('rows of an incomplete table above a complete one are reported, a summary there is not', () => {
    const lost = ['When,Receipt,Amount', '30/08/2026,UH1AAAAAA0,100', ...AUGUST];
    expect(payments({ S: lost }).remarks).toEqual([expect.stringMatching(/^not read S:1 .*: 1; no column/)]);
    const summary = ['Transaction Type,Paid In,Paid Out', 'Send money,0.00,500.00', ...AUGUST];
    expect(payments({ S: summary })).toEqual({ read: ['S:4 1500'], remarks: [] });
  });

  test('a file where none is complete says what is needed', () => {
    const needs = /it needs 'Invoice no' \(found: Customer, Balance\)/;
    expect(() => findTables(open({ A: ['Customer,Balance', 'Jane,100'] }), INVOICE_COLUMNS, [])).toThrow(needs);
  });
});

describe('a row with more cells than titles', () => {
  test('is left out, since a thousands comma may have split its amount; empty cells at its end are fine', () => {
    const lines = [
      'Receipt,Date,Amount,Account,Notes',
      'UH1AAAAAA1,31/08/2026,1,500.00,INV-1,x',
      'UH1AAAAAA2,31/08/2026,1,500.00,INV-1,',
      'UH1AAAAAA3,31/08/2026,1500.00,INV-1,,,,',
    ];
    const { read, remarks } = payments({ S: lines });
    expect(read).toEqual(['S:4 1500.00']);
    expect(remarks).toEqual([2, 3].map((line) => `not read S:${line} more cells than the header has titles`));
  });

  test.each([
    ['an empty cell before the amount', 'UH1AAAAAA1,31/08/2026,,15,000,x'],
    ['an empty cell behind it', 'UH1AAAAAA1,31/08/2026,15,000,INV-1,'],
    ['cents', 'UH1AAAAAA1,31/08/2026,KES 15,000.00,INV-1,'],
    ['a million', 'UH1AAAAAA1,31/08/2026,1,500,000,,'],
    ['a name in two', 'UH1AAAAAA1,31/08/2026,1500,,Kamau, John'],
  ])('is left out with %s', (_what, line) => {
    expect(payments({ S: ['Receipt,Date,Amount,Account,Notes', line] })).toEqual({
      read: [],
      remarks: ['not read S:2 more cells than the header has titles'],
    });
  });

  test('is left out without its last cell where the thousands are round', () => {
    const lines = ['Receipt,Date,Amount,Account,Notes', 'UH1AAAAAA1,31/08/2026,15,000,INV-1'];
    expect(payments({ S: lines }).remarks).toEqual(['not read S:2 a comma has split an amount in two']);
  });

  test('may hold a small amount beside a short account, or a marker that has no title', () => {
    const short = ['Receipt,Date,Amount,Account', 'UH1AAAAAA1,31/08/2026,500,101', 'UH1AAAAAA2,31/08/2026,50,'];
    expect(payments({ S: short })).toEqual({ read: ['S:2 500', 'S:3 50'], remarks: [] });
    const marked = ['Receipt,Date,Account,Amount', 'UH1AAAAAA1,31/08/2026,,500,CR', 'UH1AAAAAA2,31/08/2026,,50,CR'];
    expect(payments({ S: marked })).toEqual({ read: ['S:2 500', 'S:3 50'], remarks: [] });
  });
});
