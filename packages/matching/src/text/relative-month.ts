import { eatDay } from '@malipo/values';
import { MONTHS_A_YEAR } from './months.ts';

/** What is counted from the day on which it is said. */
type Unit = 'month' | 'term' | 'year';
type Relative = { unit: Unit; after: number };

const MONTHS_A_TERM = 4;
const TERMS_A_YEAR = 3;
const ENGLISH = [
  [0, 'THIS CURRENT'],
  [-1, 'LAST PREVIOUS'],
  [1, 'NEXT'],
] as const;
const SWAHILI = [
  [0, 'HUU'],
  [-1, 'ULIOPITA ULIOISHA JANA'],
  [1, 'UJAO UJAYO UNAOKUJA'],
] as const;
const UNITS = [
  ['month', 'MONTH', 'MWEZI'],
  ['term', 'TERM', 'MUHULA'],
  ['year', 'YEAR', 'MWAKA'],
] as const;

/** `THIS MONTH`, `MUHULA UJAO`, `HUU MWEZI`: two words next to each other. */
const RELATIVE: ReadonlyMap<string, Relative> = new Map(
  UNITS.flatMap(([unit, english, swahili]) => [
    ...ENGLISH.flatMap(([after, words]) => words.split(' ').map((word) => entry(`${word} ${english}`, unit, after))),
    ...SWAHILI.flatMap(([after, words]) => words.split(' ').map((word) => entry(`${swahili} ${word}`, unit, after))),
    entry(`HUU ${swahili}`, unit, 0),
  ]),
);

function entry(words: string, unit: Unit, after: number): [string, Relative] {
  return [words, { unit, after }];
}

const relativeOf = (first = '', second = ''): Relative | undefined =>
  RELATIVE.get(`${first} ${second === 'MONTHS' ? 'MONTH' : second}`);

/** The month (1 to 12) or the term (1 to 3) that two words are, for whoever says them then. */
export type SaidPeriod = { unit: 'month' | 'term'; year: number; number: number };

/**
 * The month or term that `this month`, `mwezi uliopita` or `next term` is; a term is taken to be four months.
 * @param at when it was said, in milliseconds
 * @returns undefined where the two words say neither
 */
export function relativePeriod(first: string, second: string, at: number): SaidPeriod | undefined {
  const said = relativeOf(first, second);
  if (!said || said.unit === 'year') return undefined;
  const [length, count] = said.unit === 'month' ? [1, MONTHS_A_YEAR] : [MONTHS_A_TERM, TERMS_A_YEAR];
  const [year, month] = monthOfDay(at);
  const counted = year * count + Math.floor((month - 1) / length) + said.after;
  return { unit: said.unit, year: Math.floor(counted / count), number: (counted % count) + 1 };
}

/** The year that `last year` or `mwaka ujao` is; undefined where the two words say none. */
export function relativeYear(first: string | undefined, second: string | undefined, at: number): number | undefined {
  const said = relativeOf(first, second);
  return said?.unit === 'year' ? monthOfDay(at)[0] + said.after : undefined;
}

/** The year and the month (1 to 12) of a moment's day in EAT. @param at milliseconds */
export function monthOfDay(at: number): [year: number, month: number] {
  const [year = 0, month = 0] = eatDay(new Date(at)).split('-').map(Number);
  return [year, month];
}
