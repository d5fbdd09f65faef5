import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv } from './csv.ts';
import { decode } from './decode.ts';

const HEADER = 'Invoice No,Customer,Balance';
const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

describe('readCsv', () => {
  test('gives back whatever was written, with the line that each row begins on', () => {
    const cells = fc.array(
      fc.string({ maxLength: 8 }).map((text) => text.replaceAll('\r', '')),
      { minLength: 3, maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.array(cells, { maxLength: 8 }), fc.constantFrom(',', ';', '\t', '|'), (rows, delimiter) => {
        const lines = rows.map((row) => row.map(quote).join(delimiter));
        const content = readCsv([HEADER.replaceAll(',', delimiter), ...lines].join('\n'));
        expect(content.broken).toEqual([]);
        expect(content.rows.slice(1).map((row) => row.cells)).toEqual(rows);
        let line = 2;
        for (const [at, row] of rows.entries()) {
          expect(content.rows[at + 1]?.line).toBe(line);
          line += row.join('').split('\n').length;
        }
      }),
    );
  });

  test('a quotation mark that is never closed costs one line, not the rest of the file', () => {
    const { rows, broken } = readCsv(`${HEADER}\nINV-1,"Jane,100\nINV-2,Joe,200\nINV-3,"Ann",300`);
    expect(broken.map(({ line }) => line)).toEqual([2]);
    expect(rows.slice(1).map(({ line, cells }) => [line, cells[0]])).toEqual([
      [3, 'INV-2'],
      [4, 'INV-3'],
    ]);
  });

  test('loose quotation marks inside a line are text', () => {
    const { rows, broken } = readCsv(`${HEADER}\nINV-1,5" pipe,100\nINV-2,"say "hi" to",200\nINV-3,Ann,300`);
    expect(broken).toEqual([]);
    expect(rows.map(({ cells }) => cells[1])).toEqual(['Customer', '5" pipe', '"say "hi" to"', 'Ann']);
  });
});

describe('quoted cells over several lines', () => {
  const numbers = (lines: readonly string[]) => {
    const { rows, broken } = readCsv(lines.join('\n'));
    return { rows: rows.map(({ line }) => line), broken: broken.map(({ line }) => line) };
  };
  const header = 'Receipt,Date,Amount,Account,Details';

  test('an open mark that meets another one below swallows no rows', () => {
    const rows = ['A1,31/08/2026,1500,"INV-1,x', 'A2,31/08/2026,2500,INV-2,x', 'A3,31/08/2026,3500,INV-3",x'];
    expect(numbers([header, ...rows])).toEqual({ rows: [1, 3, 4], broken: [2] });
    expect(numbers([header, rows[0] ?? '', rows[2] ?? ''])).toEqual({ rows: [1, 3], broken: [2] });
    expect(numbers([HEADER, 'I1,"Jane,100', 'I2,Joe",200'])).toEqual({ rows: [1, 3], broken: [2] });
  });

  test('text of several lines stays one cell', () => {
    const rows = ['A1,31/08/2026,1500,"Box 20,', 'Nairobi, 00100, Kenya",x', '"A', '2",31/08/2026,2500,INV-2,"x', 'y"'];
    expect(numbers([header, ...rows])).toEqual({ rows: [1, 2, 4], broken: [] });
  });

  test('stray marks on every line of many tear none of them', () => {
    const stray = Array.from({ length: 10_000 }, (_, at) => `A${at},31/08/2026,1500,"say "hi" to",5" "JJ" x`);
    expect(numbers([header, ...stray]).rows).toHaveLength(10_001);
  });
});

describe('decode', () => {
  const text = 'Jina;Kiasi\nNg’ang’a Café;1\n';
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16LE with its mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16LE without', Buffer.from(text, 'utf16le')],
    ['UTF-16BE with its mark', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['Windows-1252', Buffer.from(text.replaceAll('’', '\u0092'), 'latin1')],
    ['old line ends', Buffer.from(text.replaceAll('\n', '\r\n'))],
  ])('%s', (_name, bytes) => {
    expect(decode(bytes)).toBe(text);
  });
});
