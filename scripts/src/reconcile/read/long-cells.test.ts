import { describe, expect, test } from 'vitest';
import { safeText } from '../write/sheet.ts';
import { readAmount } from './amount.ts';
import { cellText } from './cell.ts';
import { readCsv } from './csv.ts';
import { readMoment } from './moment.ts';
import { tellingWords } from './names.ts';
import { readPhones } from './phone.ts';

const GAP = ' \t\u00a0\u2003'.repeat(100_000);

describe('a cell made to cost much', () => {
  test('is one line with single spaces, and no longer than a letter', () => {
    expect(cellText(`  a \r\n\u2028 b\u00a0\u00a0c${' '.repeat(500_000)}`)).toBe('a b c');
    expect(cellText('x'.repeat(5_000))).toBe(`${'x'.repeat(1_000)}…`);
    expect(readAmount(`1.00${'0'.repeat(2_000)}`)).toBeUndefined();
    expect(cellText(`${'x'.repeat(999)}😀`).isWellFormed()).toBe(true);
  });

  test('is no amount, date or phone, and the end is known at once', () => {
    expect(readAmount(`1${GAP}!`)).toBeUndefined();
    expect(readAmount(`1${' '.repeat(900)}!`)).toBeUndefined();
    expect(readMoment(`01/02/2026${GAP}!`)).toBeUndefined();
    expect(readPhones(`a${' '.repeat(900)}b`)).toEqual({ phones: [], rest: ['a b'] });
  });

  test('keeps no line that is not closed waiting for its digits', () => {
    const { rows } = readCsv(`date,amount\n"a\n${'0'.repeat(400_000)}x,5\nb",1\n`);
    expect(rows[0]?.cells).toEqual(['date', 'amount']);
  });

  test('is a name by its first words', () => {
    expect(tellingWords('Ann '.repeat(300))).toHaveLength(12);
  });
});

test.each(['=1+1', '＝1+1', '＋254', '－1', '＠SUM(A1)', ' @x', '\t=1'])('%s is shown and not run', (text) => {
  expect(safeText(text)).toMatch(/^'/);
});
