import { isYear } from './fold.ts';
import type { Part } from './period-parts.ts';
import { relativeYear } from './relative-month.ts';

/**
 * The year behind a period, or before it, in digits or counted from the day of payment: `dec last year`.
 * @param taken where the year of the period before stands
 */
export function yearBeside(
  parts: readonly Part[],
  [from, end]: readonly [number, number],
  taken: number,
  saidAt: number | undefined,
): { at: number; end: number; year: number } | undefined {
  const isFree = (at: number) => at !== taken;
  const typed = [end, from - 1].filter(isFree).find((at) => isYear(parts[at]?.text ?? '') && !isOfNumber(parts, at));
  if (typed !== undefined) return { at: typed, end: typed + 1, year: Number(parts[typed]?.text) };
  if (saidAt === undefined) return undefined;
  for (const at of [end, from - 2].filter(isFree)) {
    const year = relativeYear(parts[at]?.text, parts[at + 1]?.text, saidAt);
    if (year !== undefined) return { at, end: at + 2, year };
  }
  return undefined;
}

/** `2020` in `114/2020 term 1` is the year of an account. */
const isOfNumber = (parts: readonly Part[], at: number): boolean =>
  /^[-/.]$/.test(parts[at]?.gap ?? '') && /^\d{3,}$/.test(parts[at - 1]?.text ?? '');
