import { z } from 'zod';

/**
 * Money is an integer count of the currency's minor unit (KES: cents), never a float.
 * On the wire it is a JSON integer within the safe range, in a field whose name ends in `Cents`.
 */
export const Cents = z.int().brand<'Cents'>();
export type Cents = z.infer<typeof Cents>;

/** ISO 4217. KES is the default everywhere; other currencies are carried and never mixed in one sum. */
export const Currency = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as KES');
export type Currency = z.infer<typeof Currency>;

/** M-Pesa moves whole shillings only. */
export const CENTS_PER_SHILLING = 100;

/** A balance of up to KES 5 is closed by an explicit rounding entry: a crumb (docs/architecture.md, "Words"). */
export const CRUMB_CENTS = 500;

/** Brands a number that the caller knows to be whole cents. @throws {RangeError} when it is not a safe integer */
export function cents(value: number): Cents {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number of cents: ${value}`);
  return value as Cents;
}

/** Sums cents; the sum of nothing is zero. */
export const sumCents = (values: Iterable<number>): Cents => {
  let total = 0;
  for (const value of values) total += value;
  return cents(total);
};

/** Thirteen digits and two decimals lie far within the safe range. */
const DECIMAL = /^(-?)(\d{1,13})(?:\.(\d{1,2})0*)?$/;

/**
 * Reads a decimal amount such as `1500`, `1500.0`, `"1500.00"` or `"1,500.00"` into cents, exactly.
 * Providers send amounts as text or as a JSON number; either way the digits decide, never float arithmetic.
 * @returns undefined where the text is not an amount with at most two decimals
 */
export function parseDecimalCents(amount: unknown): Cents | undefined {
  if (typeof amount !== 'string' && typeof amount !== 'number') return undefined;
  const text = String(amount).trim();
  const plain = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text;
  const match = DECIMAL.exec(plain);
  if (!match) return undefined;
  const value = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
  return (match[1] && value !== 0 ? -value : value) as Cents;
}

/** Formats cents for people: `KES 1,500` or `KES 1,500.50`. */
export function formatMoney(value: number, currency = 'KES'): string {
  const whole = Math.trunc(Math.abs(value) / 100);
  const rest = Math.abs(value) % 100;
  const digits = whole.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${value < 0 ? '-' : ''}${currency} ${digits}${rest ? `.${rest.toString().padStart(2, '0')}` : ''}`;
}
