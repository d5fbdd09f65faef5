import { isYear } from './fold.ts';
import type { Part } from './period-parts.ts';
import { monthOfDay } from './relative-month.ts';

/** `08/2026` and `01/27`; `digits` are those of the latter, which may be somebody's house as well. */
type Slashed = { month: number; year: number; digits?: string };

const JOINS = /^[-/.]$/;
const MONTH = /^(?:0?[1-9]|1[0-2])$/;
const SHORT_YEAR = /^[2-4]\d$/;
const CENTURY = 2_000;

/** A month in digits with its year behind it, and no date of a day. @param saidAt milliseconds; a short year is near it */
export function slashedMonth(parts: readonly Part[], at: number, saidAt: number | undefined): Slashed | null {
  const [part, next] = [parts[at], parts[at + 1]];
  if (!part || !next || !MONTH.test(part.text) || JOINS.test(part.gap) || !JOINS.test(next.gap)) return null;
  const month = Number(part.text);
  // the year stands beside it, where it is read
  if (isYear(next.text)) return { month, year: 0 };
  const isApart = (at === 0 || part.gap !== '') && next.gap === '/' && !/^[-/.]?$/.test(parts[at + 2]?.gap ?? ' ');
  const year = CENTURY + Number(next.text);
  if (!isApart || !SHORT_YEAR.test(next.text) || !isNear(year, saidAt)) return null;
  return { month, year, digits: part.text + next.text };
}

const isNear = (year: number, saidAt: number | undefined): boolean =>
  saidAt === undefined || Math.abs(year - monthOfDay(saidAt)[0]) <= 1;
