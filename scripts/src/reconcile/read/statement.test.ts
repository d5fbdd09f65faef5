import { describe, expect, test } from 'vitest';
import type { Row } from './cell.ts';
import { PAYMENT_COLUMNS } from './columns.ts';
import { readCsv } from './csv.ts';
import { findTables } from './find-tables.ts';
import type { Remark } from './remarks.ts';
import { type LineKind, lineKind } from './statement.ts';
import { readRows } from './table.ts';

type Told = { kinds: LineKind[]; remarks: Remark[] };

/** What each line of a payments file is, and what is said of those that are none. */
function judge(lines: readonly string[]): Told {
  const rows: Row[] = readCsv(lines.join('\n')).rows;
  const remarks: Remark[] = [];
  const opened = { file: 'p.csv', sheets: [{ file: 'p.csv', name: null, rows }] };
  const kinds = findTables(opened, PAYMENT_COLUMNS, remarks).flatMap((table) => readRows(table, remarks, lineKind));
  return { kinds, remarks };
}

const short = ({ kinds }: Told): string[] =>
  kinds.map((kind) => (kind.is === 'none' ? kind.why : `${kind.is} ${kind.cents / 100}`));

describe('a balance among the lines', () => {
  test.each([
    'Balance b/f',
    'BALANCE B/F',
    'Opening Balance',
    'Closing balance:',
    'Balance brought forward',
    'Salio la mwanzo',
  ])('%s with an amount is no money that came in', (words) => {
    const lines = [`01/08/2026,${words},"250,000.00",`, '02/08/2026,INV-1 Jane,1500,'];
    expect(short(judge(['Date,Description,Credit,Debit', ...lines]))).toEqual(['balance or note', 'payment 1500']);
  });

  test('words like these from a payer are', () => {
    const receipts = ['Receipt No.,Completion Time,Details,Paid In', 'UH1AAAAA01,02/08/2026 10:00,Balance b/f,1500'];
    expect(short(judge(receipts))).toEqual(['payment 1500']);
    const typed = ['Date,Description,Credit', '02/08/2026,Pay Bill from 2547****678 - JANE Acc. balance b/f,1500'];
    expect(short(judge(typed))).toEqual(['payment 1500']);
  });
});

test('a charge of nothing is a charge; a row without any amount is not', () => {
  const titles = 'Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn';
  const lines = (details: string, out: string) => [titles, `UH1AAAAA01,02/08/2026 10:00,${details},Completed,,${out}`];
  expect(short(judge(lines('Pay Bill Charge', '0.00')))).toEqual(['charge']);
  for (const [details, out] of [
    ['Pay Bill Charge', ''],
    ['School fees', '0.00'],
  ] as const)
    expect(judge(lines(details, out)).remarks).toMatchObject([{ kind: 'not read', what: 'no amount' }]);
});

describe('money that a bank takes back', () => {
  const judged = (details: string, out = '1500', into = '') =>
    short(judge(['Date,Description,Debit,Credit', `02/08/2026,${details},${out},${into}`]));

  test.each([
    'REV RTGS ACME LTD INV-1',
    'Rev. of EFT Jane Doe',
    'RVSL PESALINK JANE DOE',
    'UNPAID CHQ 000123 REFER TO DRAWER',
    'Returned cheque 000123',
    'CHQ 000123 REFER TO DRAWER',
  ])('%s', (details) => expect(judged(details)).toEqual(['reversal 1500']));

  test.each([
    ['RETURNED CHQ CHARGES', 'charge'],
    ['REV. JOHN KAMAU SALARY', 'money out'],
    ['RENT REVENUE SHARE', 'money out'],
  ])('nor %s: %s', (details, kind) => expect(judged(details)).toEqual([kind]));

  test('words like these on money that came in are the payer’s', () => {
    expect(judged('UNPAID CHQ REPLACED BY CASH INV-1', '', '1500')).toEqual(['payment 1500']);
  });
});

describe('a column of markers', () => {
  test.each([
    ['Dr/Cr', 'CR', 'DR'],
    ['CR/DR', 'Cr.', 'Dr.'],
    ['D/C', 'C', 'D'],
    ['Type', 'Credit', 'Debit'],
    ['Transaction Type', 'CR', 'DR'],
    ['Aina ya muamala', 'Krediti', 'Debiti'],
    ['Indicator', 'CR', 'DR'],
    ['', 'CR', 'DR'],
  ])('%s says which money came in: %s, and which went out: %s', (title, into, out) => {
    const lines = [
      `Date,Description,${title},Amount`,
      `31/08/2026,INV-1 Jane,${into},"1,500.00"`,
      `31/08/2026,Salaries,${out},"2,500.00"`,
      `31/08/2026,Salaries,${out},"-2,500.00"`,
      `31/08/2026,Reversal of UH1AAAAA01,${out},500`,
      `31/08/2026,Ledger fee,${out},50`,
      `31/08/2026,Reversal of salaries,${into},"2,500.00"`,
    ];
    expect(short(judge(lines))).toEqual([
      'payment 1500',
      'money out',
      'money out',
      'reversal 500',
      'charge',
      'reversal of money that went out',
    ]);
  });

  test('a line with another marker, with none, or with one that its amount denies, is left out', () => {
    const told = judge([
      'Date,Description,Type,Amount',
      '31/08/2026,INV-1,CR,1500',
      '31/08/2026,INV-2,CR,1500',
      '31/08/2026,INV-3,DR,1500',
      '31/08/2026,INV-4,XX,1500',
      '31/08/2026,INV-5,,1500',
      '31/08/2026,INV-6,CR,-1500',
    ]);
    expect(short(told)).toEqual(['payment 1500', 'payment 1500', 'money out']);
    expect(told.remarks.map(({ kind, line, column, value }) => [kind, line, column, value])).toEqual([
      ['not read', 5, 'Type', 'XX'],
      ['not read', 6, 'Type', expect.any(String)],
      ['not read', 7, 'Type', 'CR'],
    ]);
  });

  test('the one beside the amount counts, not the one of the balance', () => {
    const told = judge([
      'Date,Balance,Dr/Cr,Details,Amount,Dr/Cr',
      '31/08/2026,900,CR,INV-1,1500,CR',
      '31/08/2026,800,CR,Rent,100,DR',
    ]);
    expect(short(told)).toEqual(['payment 1500', 'money out']);
  });

  test('types that are no markers change nothing, nor does a marker beside columns for both ways', () => {
    const types = ['Receipt,Date,Type,Amount', 'A1,31/08/2026,Pay Bill Online,1500', 'A2,31/08/2026,Debit card,700'];
    expect(short(judge(types))).toEqual(['payment 1500', 'payment 700']);
    const both = [
      'Date,Details,Type,Debit,Credit',
      '31/08/2026,INV-1,CR,,1500',
      '31/08/2026,Rent,DR,200,',
      '31/08/2026,INV-2,TRF,,300',
    ];
    expect(short(judge(both))).toEqual(['payment 1500', 'money out', 'payment 300']);
  });
});

describe('lines round the payments', () => {
  test('balances and notes without an amount are set aside; what lacks an amount is shown', () => {
    const told = judge([
      'Date,Description,Debit,Credit,Balance',
      '01/08/2026,Balance b/f,,,"10,000.00"',
      '31/08/2026,INV-1 Jane Doe,,"1,500.00",1',
      '31/08/2026,Closing balance,0.00,-,"8,950.00"',
      'This statement is computer generated,,,,',
      'Page 1 of 1,,,,',
      '31/08/2026,INV-2 Jane Doe,,,1',
      '31/08/2026,Subtotal August,,"1,500.00",1',
    ]);
    const note = 'balance or note';
    expect(short(told)).toEqual([note, 'payment 1500', note, note, note, 'totals']);
    expect(told.remarks).toMatchObject([{ line: 7, kind: 'not read', value: '31/08/2026 | INV-2 Jane Doe | 1' }]);
  });

  test('a charge that comes back is no payment, school fees are', () => {
    const told = judge([
      'Receipt,Date,Type,Paid In,Withdrawn,Details',
      'UH1AAAAA09,02/08/2026,Pay Bill Charge Reversal,34.00,,',
      'UH1AAAAA10,02/08/2026,,1500,,School fees after a reversal',
      'Subtotal 31/08/2026,31/08/2026,,1500,,',
    ]);
    expect(short(told)).toEqual(['reversal of a charge', 'payment 1500', 'totals']);
  });

  test.each(['Txn Date', 'Tran Date', 'Trn Date'])('%s, Dr and Cr are known', (title) => {
    expect(short(judge([`${title},Details,Dr,Cr,Bal.`, '31/08/2026,INV-1,,1500,1', '31/08/2026,x,100,,1']))).toEqual([
      'payment 1500',
      'money out',
    ]);
  });
});
