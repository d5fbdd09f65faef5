import { serialsOf } from '../keys/reference-keys.ts';
import { withoutZeros } from '../text/fold.ts';

/** Longest run of digits that an exact number can hold with its leading one. */
export const MAX_DIGITS = 15;
export const MIN_SERIAL = 3;

/** Digits as a number with a leading one, so that `0123` and `123` stay apart: `0123` → 10123. */
export const digitKey = (digits: string): number => Number(`1${digits}`);

/** The digits again: `10123` → `0123`. */
export const digitsOf = (key: number): string => String(key).slice(1);

/** Keys under which the digits of an invoice number are filed: all of them, without padding zeros, and the serial alone. */
export function digitKeysOf(number: string): number[] {
  const runs = number.match(/\d+/g) ?? [];
  const all = runs.join('');
  const forms = [all, runs.map(withoutZeros).join(''), ...serialsOf(number)];
  return [...new Set(forms.filter((form) => form.length >= MIN_SERIAL && form.length <= MAX_DIGITS).map(digitKey))];
}

/**
 * Visits every key that is one slip away: a digit replaced, dropped, doubled or inserted, or two neighbours swapped.
 * About 21 keys per digit; arithmetic only, no text is built.
 */
export function eachSlip(digits: string, visit: (key: number) => void): void {
  const key = digitKey(digits);
  const n = digits.length;
  let power = 10 ** (n - 1);
  for (let at = 0; at < n; at++, power /= 10) {
    const digit = digits.charCodeAt(at) - 48;
    for (let other = 0; other < 10; other++) if (other !== digit) visit(key + (other - digit) * power);
    const tail = key % power;
    const head = (key - tail - digit * power) / 10;
    visit(head + tail);
    for (let other = 0; other < 10; other++) visit(insert(key, power * 10, other));
    const next = digits.charCodeAt(at + 1) - 48;
    if (at + 1 < n && next !== digit) visit(key + (next - digit) * power + ((digit - next) * power) / 10);
  }
  for (let other = 0; other < 10; other++) visit(key * 10 + other);
}

/** The key with a digit inserted above the digits worth less than `power`. */
function insert(key: number, power: number, digit: number): number {
  const tail = key % power;
  return (key - tail) * 10 + digit * power + tail;
}
