import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cents, formatMoney, parseDecimalCents, sumCents } from './money.ts';

test.each([
  ['1500', 150_000],
  ['1500.00', 150_000],
  ['1500.5', 150_050],
  [1500, 150_000],
  [1500.25, 150_025],
  ['1,500.00', 150_000],
  [' 7 ', 700],
  ['-3.10', -310],
  ['0.00', 0],
  ['1500.000', 150_000],
  ['9999999999999.99', 999_999_999_999_999],
])('%j reads as %i cents', (text, value) => {
  expect(parseDecimalCents(text)).toBe(value);
});

test.each([
  '',
  'abc',
  '1e3',
  '1.005',
  'NaN',
  'Infinity',
  '١٥٠٠',
  '1,50',
  '--1',
  '1 500',
  '10000000000000',
  null,
  undefined,
  true,
  ['1'],
  {},
  Number.NaN,
  1e21,
])('%j is no amount', (text) => {
  expect(parseDecimalCents(text)).toBeUndefined();
});

test('cents printed as a decimal read back as they were', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (value) => {
      const text = `${value < 0 ? '-' : ''}${Math.trunc(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, '0')}`;
      expect(parseDecimalCents(text)).toBe(value);
    }),
  );
});

test('money is shown with its currency and grouped', () => {
  expect([formatMoney(150_000), formatMoney(123_456_789), formatMoney(-50), formatMoney(100_005)]).toEqual([
    'KES 1,500',
    'KES 1,234,567.89',
    '-KES 0.50',
    'KES 1,000.05',
  ]);
});

test('sums keep their sign, and end where numbers would be rounded', () => {
  expect([sumCents([]), sumCents([-150_000, 50_000])]).toEqual([0, -100_000]);
  expect(() => sumCents([Number.MAX_SAFE_INTEGER, 1])).toThrow(RangeError);
});

test('a fraction of a cent is refused', () => {
  expect(() => cents(1.5)).toThrow(RangeError);
});
