import { describe, expect, test } from 'vitest';
import { INVOICE_COLUMNS, PAYMENT_COLUMNS } from './columns.ts';
import { readCsv } from './csv.ts';
import type { Remark } from './remarks.ts';
import { findTables, readRows } from './table.ts';

type Sheets = Record<string, readonly string[]>;

const open = (sheets: Sheets) => ({
  file: 'f.xlsx',
  broken: [],
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
      remarks: ["not read Sep:1 rows of this sheet that were not read: 2; no column is known as 'Date' or 'Time'"],
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

  test('a file where none is complete says what is needed', () => {
    const needs = /it needs 'Invoice no' \(found: Customer, Balance\)/;
    expect(() => findTables(open({ A: ['Customer,Balance', 'Jane,100'] }), INVOICE_COLUMNS, [])).toThrow(needs);
  });
});
