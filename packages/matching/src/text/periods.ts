import { upperPlain } from './fold.ts';
import { MONTHS_A_YEAR, monthOf } from './months.ts';
import { type Part, partsOf } from './period-parts.ts';
import { relativePeriod } from './relative-month.ts';
import { slashedMonth } from './slashed-month.ts';
import { yearBeside } from './year-beside.ts';

/**
 * A month (1 to 12) or a school term (101 to 104), as an invoice's description or a reference names it; plus a thousand
 * times the year where that stands beside it (`August 2026` is 2026008).
 */
export type Period = number;
/**
 * A period in a text, and the word that says it where that is a month's: it may be somebody's name. `shortYear` are two
 * digits behind the word, which may be a day as well; `digits` say a month that may be a house as well (`01/27`). A guess is
 * `next term`: a term begins when the school says.
 */
export type PeriodWord = { period: Period; word: string; shortYear?: number; digits?: string; isGuess?: true };

const YEAR_BASE = 1_000;
/** The year that a period is bound to; 0 for none. */
export const yearOf = (period: Period): number => Math.floor(period / YEAR_BASE);
/** Is it a term, and no month? */
export const isTerm = (period: Period): boolean => period % YEAR_BASE > TERM_BASE;
/** Is it the same month or term, whatever the year? */
export const isSamePeriod = (a: Period, b: Period): boolean => a % YEAR_BASE === b % YEAR_BASE;

const TERM_BASE = 100;
const MONTHS_A_TERM = 4;

/** Months from the year 0 to the first of a period in its year; terms begin in January, May and September. */
export function beginOf(period: Period): number {
  const own = period % YEAR_BASE;
  const month = own > TERM_BASE ? (own - TERM_BASE - 1) * MONTHS_A_TERM + 1 : own;
  return yearOf(period) * MONTHS_A_YEAR + month;
}

/** The same of a period without a year, in the year that brings it nearest to a day (`2026-08-05`). */
export function beginNear(period: Period, day: string): number {
  const begin = beginOf(period % YEAR_BASE);
  return begin + MONTHS_A_YEAR * Math.round((monthsUntil(day) - begin) / MONTHS_A_YEAR);
}

/** The year of a month that is counted from the year 0. */
export const yearAt = (months: number): number => Math.floor((months - 1) / MONTHS_A_YEAR);

/** Months from the year 0 to that of a day. */
export function monthsUntil(day: string): number {
  const [year = 0, month = 0] = day.split('-').map(Number);
  return year * MONTHS_A_YEAR + month;
}

/** Every month or term that a text names: `Rent August 2026` → 2026008, `fees T3` and `muhula wa 3` → 103. */
export function periodsIn(text: string): readonly Period[] {
  if (text === '') return NO_PERIODS;
  const known = readBefore.get(text);
  if (known) return known;
  const found = periodWordsIn(text).map(({ period }) => period);
  if (readBefore.size >= MAX_REMEMBERED) readBefore.clear();
  readBefore.set(text, found.length === 0 ? NO_PERIODS : found);
  return found;
}

const NO_PERIODS: readonly Period[] = [];
/** A business has few descriptions: "Rent August 2026" stands on a thousand invoices. */
const readBefore = new Map<string, readonly Period[]>();
const MAX_REMEMBERED = 500;

/**
 * The same with the words that say them; `June to Aug` and `T1-T3` name what lies between as well.
 * @param saidAt milliseconds; without it `this month` says nothing
 */
export function periodWordsIn(text: string, saidAt?: number): PeriodWord[] {
  const found: PeriodWord[] = [];
  const parts = partsOf(upperPlain(text));
  let taken = -1;
  let last: Named | null = null;
  for (let at = 0; at < parts.length; at++) {
    const named = periodAt(parts, at, saidAt) ?? sinceSaid(parts, at, saidAt);
    if (!named) continue;
    const beside = yearBeside(parts, [at, named.end], taken, saidAt);
    // "Dec 2025 Jan": a year belongs to the period that it follows
    taken = beside?.at ?? taken;
    const own = { ...named, year: beside?.year ?? named.year, end: Math.max(named.end, beside?.end ?? 0) };
    if (last && isRange(parts, last.end, at)) found.push(...between(last, own));
    found.push(beside ? toWord(own) : withShortYear(toWord(own), parts[named.end]));
    last = own;
  }
  return found;
}

type Named = Omit<PeriodWord, 'shortYear'> & { year: number; end: number };

const toWord = ({ period, year, end: _end, ...said }: Named): PeriodWord => ({
  ...said,
  period: year * YEAR_BASE + period,
});

/** `jan27` and `Jan '27`, of a month's name alone: numbers stand behind numbers for other reasons. */
const withShortYear = (said: PeriodWord, next: Part | undefined): PeriodWord =>
  said.word !== '' && next && /^\d\d$/.test(next.text) ? { ...said, shortYear: Number(next.text) } : said;

const RANGE_WORDS: ReadonlySet<string> = new Set(['TO', 'HADI', 'MPAKA', 'TILL', 'UNTIL', 'THRU']);

/** Does one period end, and the other begin, what is meant from the one to the other? */
function isRange(parts: readonly Part[], from: number, to: number): boolean {
  if (to === from) return /[-\u2013]/.test(parts[to]?.gap ?? '');
  return to === from + 1 && RANGE_WORDS.has(parts[from]?.text ?? '');
}

/** What lies between two months, over the turn of the year as well, or between two terms. */
function between(first: Named, last: Named): PeriodWord[] {
  const isTerm = first.period > TERM_BASE;
  if (isTerm !== last.period > TERM_BASE || (isTerm && last.period < first.period)) return [];
  const count = (last.period - first.period + MONTHS_A_YEAR) % MONTHS_A_YEAR;
  return Array.from({ length: Math.max(0, count - 1) }, (_, at) => {
    const next = first.period + at + 1;
    const isWrapped = !isTerm && next > MONTHS_A_YEAR;
    const year = isWrapped || last.period > first.period ? last.year : first.year;
    return toWord({ ...first, word: '', period: isWrapped ? next - MONTHS_A_YEAR : next, year });
  });
}

const TERM_WORDS: ReadonlySet<string> = new Set(['TERM', 'MUHULA', 'TRM']);
const TERMS_A_YEAR = 4;
const MONTH_WORDS: ReadonlySet<string> = new Set(['MWEZI', 'MWEZ', 'MONTH']);
const OF: ReadonlySet<string> = new Set(['WA', 'YA', 'OF']);
const COUNTED: ReadonlyMap<string, number> = new Map(
  ['FIRST SECOND THIRD FOURTH', 'ONE TWO THREE FOUR', 'I II III IV'].flatMap((line) =>
    line.split(' ').map((word, at) => [word, at + 1] as const),
  ),
);
const ORDINALS = 'KWANZA PILI TATU NNE TANO SITA SABA NANE TISA KUMI'.split(' ');

/** The period that begins at this part, and where the next part begins: `AUG`, `T 3`, `2nd term`, `muhula wa 3`, `mwezi wa nane`, `08/2026`. */
function periodAt(parts: readonly Part[], at: number, saidAt?: number): Named | null {
  const word = parts[at]?.text ?? '';
  const month = monthOf(word);
  if (month > 0) return { period: month, word, year: 0, end: at + 1 };
  if (MONTH_WORDS.has(word)) return numbered(parts, afterOf(parts, at), MONTHS_A_YEAR, 0);
  if (word === 'T') return numbered(parts, at + 1, TERMS_A_YEAR, TERM_BASE);
  if (TERM_WORDS.has(word)) return termAfter(parts, afterOf(parts, at));
  return termBefore(parts, at) ?? slashed(parts, at, saidAt);
}

function slashed(parts: readonly Part[], at: number, saidAt: number | undefined): Named | null {
  const said = slashedMonth(parts, at, saidAt);
  if (!said) return null;
  const { month, year, digits } = said;
  return digits
    ? { period: month, word: '', year, digits, end: at + 2 }
    : { period: month, word: '', year, end: at + 1 };
}

/** `this month`, `mwezi uliopita`, `next term`, but not `next term 3`, which says more. */
function sinceSaid(parts: readonly Part[], at: number, saidAt: number | undefined): Named | null {
  const [first, second] = [parts[at]?.text, parts[at + 1]?.text];
  const meant = saidAt !== undefined && first && second ? relativePeriod(first, second, saidAt) : undefined;
  if (!meant || periodAt(parts, at + 1)) return null;
  const said = { word: '', year: meant.year, end: at + 2 };
  return meant.unit === 'month'
    ? { ...said, period: meant.number }
    : { ...said, period: TERM_BASE + meant.number, isGuess: true };
}

/** `term 3`, `muhula wa tatu`, `term three`, `term III`. */
function termAfter(parts: readonly Part[], at: number): Named | null {
  const counted = countOf(parts[at]?.text);
  if (counted > 0) return { period: TERM_BASE + counted, word: '', year: 0, end: at + 1 };
  return numbered(parts, at, TERMS_A_YEAR, TERM_BASE);
}

/** `third term` and `3rd term`. */
function termBefore(parts: readonly Part[], at: number): Named | null {
  const [part, ending] = [parts[at]?.text ?? '', parts[at + 1]];
  const isOrdinal = /^[1-4]$/.test(part) && ending?.gap === '' && /^(?:ST|ND|RD|TH)$/.test(ending.text);
  const number = isOrdinal ? Number(part) : countOf(part);
  const end = at + (isOrdinal ? 2 : 1);
  return number > 0 && TERM_WORDS.has(parts[end]?.text ?? '')
    ? { period: TERM_BASE + number, word: '', year: 0, end: end + 1 }
    : null;
}

const countOf = (word = ''): number => COUNTED.get(word) ?? 0;

const afterOf = (parts: readonly Part[], at: number): number => (OF.has(parts[at + 1]?.text ?? '') ? at + 2 : at + 1);

function numbered(parts: readonly Part[], at: number, most: number, base: number): Named | null {
  const text = parts[at]?.text ?? '';
  const { number, end } = /^\d{1,2}$/.test(text) ? { number: Number(text), end: at + 1 } : ordinal(parts, at);
  return number >= 1 && number <= most ? { period: base + number, word: '', year: 0, end } : null;
}

/** `nane` is the eighth, `kumi na mbili` the twelfth; 0 for none. */
function ordinal(parts: readonly Part[], at: number): { number: number; end: number } {
  const number = ORDINALS.indexOf(parts[at]?.text ?? '') + 1;
  if (number !== ORDINALS.length || parts[at + 1]?.text !== 'NA') return { number, end: at + 1 };
  const more = ['MOJA', 'MBILI'].indexOf(parts[at + 2]?.text ?? '') + 1;
  return { number: number + more, end: more > 0 ? at + 3 : at + 1 };
}
