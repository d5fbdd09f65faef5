import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layOut } from './lay-out.ts';

const ROWS = [
  ['', 'what the payer did', 'why'],
  ['✓', 'paid without a reference', 'the only customer with this phone owes exactly this'],
];

test('on a wide page every row is a line', () => {
  expect(layOut(ROWS, Number.POSITIVE_INFINITY)).toEqual([
    ['   what the payer did        why'],
    ['✓  paid without a reference  the only customer with this phone owes exactly this'],
  ]);
});

test('on a narrow one the widest texts go on below, in their column', () => {
  expect(layOut(ROWS, 44)).toEqual([
    ['   what the payer did   why'],
    [
      '✓  paid without a       the only customer',
      '   reference            with this phone owes',
      '                        exactly this',
    ],
  ]);
});

test('what stands under another row keeps its indent, also where it goes on below', () => {
  expect(
    layOut(
      [
        ['unmatched', '1'],
        ['   nothing points to a customer', '1'],
      ],
      25,
    ),
  ).toEqual([['unmatched               1'], ['   nothing points to a  1', '   customer']]);
});

test('a sum stays with its currency', () => {
  expect(layOut([['applied: INV-7 KES 14,000', 'x']], 21)).toEqual([['applied: INV-7      x', 'KES 14,000']]);
});

test('numbers to the right stay where they are', () => {
  expect(
    layOut(
      [
        ['KES', '    1.00'],
        ['KES', '1,000.00'],
      ],
      80,
    ),
  ).toEqual([['KES      1.00'], ['KES  1,000.00']]);
});

test('no word is broken or lost, and no line is longer than the page where words allow it', () => {
  const cell = fc
    .array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 12 })
    .map((words) => words.join(' '));
  const rows = fc.array(fc.array(cell, { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 54, max: 200 }), (table, page) => {
      const laid = layOut(table, page);
      for (const line of laid.flat()) expect(line.length).toBeLessThanOrEqual(page);
      const words = (text: string) => text.split(/\s+/).filter(Boolean).toSorted();
      for (const [at, row] of table.entries()) expect(words((laid[at] ?? []).join(' '))).toEqual(words(row.join(' ')));
    }),
  );
});
