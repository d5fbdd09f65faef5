import { eatDay } from '@malipo/values';

/** Months after that of the payment, by two words next to each other. */
const MONTHS_AFTER: ReadonlyMap<string, number> = new Map([
  ['THIS MONTH', 0],
  ['MWEZI HUU', 0],
  ['LAST MONTH', -1],
  ['PREVIOUS MONTH', -1],
  ['MWEZI ULIOPITA', -1],
  ['NEXT MONTH', 1],
  ['MWEZI UJAO', 1],
]);

/**
 * The month that `this month` or `mwezi uliopita` is, for whoever says it then.
 * @param at when it was said, in milliseconds
 * @returns undefined where the two words say no month
 */
export function relativeMonth(first: string, second: string, at: number): { year: number; month: number } | undefined {
  const after = MONTHS_AFTER.get(`${first} ${second}`);
  if (after === undefined) return undefined;
  const [year = 0, month = 0] = eatDay(new Date(at)).split('-').map(Number);
  const months = year * 12 + month - 1 + after;
  return { year: Math.floor(months / 12), month: (months % 12) + 1 };
}
