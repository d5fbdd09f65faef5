import { daysBetween } from '@malipo/values';
import { InvalidError } from '../errors.ts';

const LONGEST_DAYS = 366;

/**
 * How many days a query asks about, from `from` up to `to`, both counted.
 * @throws {InvalidError} range_invalid: none, or more than a year and a day
 */
export function daysOfRange(from: string, to: string): number {
  const length = daysBetween(from, to) + 1;
  if (length >= 1 && length <= LONGEST_DAYS) return length;
  throw new InvalidError('range_invalid', `give a range of 1 to ${LONGEST_DAYS} days, from before to`, {
    fields: [{ pointer: '#/query/from', detail: `1 to ${LONGEST_DAYS} days up to ${to}, both counted` }],
  });
}
