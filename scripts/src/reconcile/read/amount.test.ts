import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAmount } from './amount.ts';

const thousands = (digits: string, mark: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, mark);

/** Every way of writing an amount that we promise to read. */
const WAYS: readonly ((whole: string, rest: string) => string)[] = [
  (whole, rest) => `${whole}.${rest}`,
  (whole, rest) => `${thousands(whole, ',')}.${rest}`,
  (whole, rest) => `KES ${thousands(whole, ',')}.${rest}`,
  (whole, rest) => `Ksh.${whole}.${rest}`,
  (whole, rest) => `${thousands(whole, ' ')}.${rest} KES`,
  (whole, rest) => `${thousands(whole, '\u00a0')},${rest}`,
  (whole, rest) => `${thousands(whole, '.')},${rest}`,
  (whole, rest) => `${whole}.${rest}/=`,
];

describe('readAmount', () => {
  test('reads every usual way of writing an amount, to the cent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999_999 }), fc.constantFrom(...WAYS), (cents, write) => {
        const text = write(String(Math.trunc(cents / 100)), String(cents % 100).padStart(2, '0'));
        expect(readAmount(text)?.cents, text).toBe(cents);
        expect(readAmount(`(${text})`)?.cents, text).toBe(cents === 0 ? 0 : -cents);
        expect(readAmount(`-${text}`)?.cents, text).toBe(cents === 0 ? 0 : -cents);
        expect(readAmount(cents / 100)?.cents).toBe(cents);
      }),
    );
  });

  test.each([
    ['1,500', 150_000],
    ['KES 1,500', 150_000],
    ['1500/=', 150_000],
    ['1,500/-', 150_000],
    ['1,50,000', 15_000_000],
    ['1500,50', 150_050],
    ['1.500.000', 150_000_000],
    ['1,500.00 DR', -150_000],
    ['1,500.00 CR', 150_000],
    ['1500-', -150_000],
    ['−20.5', -2_050],
    [1723.2758620689656, 172_328],
  ])('%s', (cell, cents) => {
    expect(readAmount(cell)).toMatchObject({ cents });
  });

  test('says which currency a cell names', () => {
    expect(readAmount('USD 20.00')).toEqual({ cents: 2_000, currency: 'USD' });
    expect(readAmount('$20')).toEqual({ cents: 2_000, currency: 'USD' });
    expect(readAmount('kshs 20')).toEqual({ cents: 2_000, currency: 'KES' });
    expect(readAmount('20')).toEqual({ cents: 2_000, currency: null });
  });

  test.each(['-', ' -   ', '–', '—', 'KES -'])('%j is nothing, as accountants write it', (text) => {
    expect(readAmount(text)).toMatchObject({ cents: 0 });
  });

  test.each(['', ' '])('%j is empty', (text) => {
    expect(readAmount(text)).toBeNull();
  });

  test.each([
    '1.500',
    'abc',
    '12 500 00',
    '1,5,00',
    '12/01/2026',
    '1.5.0',
    '--5',
    '#N/A',
    '1e5',
    'KES',
    '1,500.000,00',
  ])('%s could mean anything and is no amount', (text) => {
    expect(readAmount(text)).toBeUndefined();
  });
});
