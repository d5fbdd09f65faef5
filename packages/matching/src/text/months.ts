import { slips } from './distance.ts';

const MONTHS: ReadonlyMap<string, number> = new Map(
  [
    'JAN JANUARY JANUARI',
    'FEB FEBRUARY FEBRUARI',
    'MAR MARCH MACHI',
    'APR APRIL APRILI',
    'MAY MEI',
    'JUN JUNE JUNI',
    'JUL JULY JULLY JULAI',
    'AUG AUGUST AGOSTI',
    'SEP SEPT SEPTEMBER SEPTEMBA',
    'OCT OCTOBER OKTOBA',
    'NOV NOVEMBER NOVEMBA',
    'DEC DECEMBER DESEMBA',
  ].flatMap((line, at) => line.split(' ').map((name) => [name, at + 1] as const)),
);

/** A month's name that is written out, and of no other month. */
const MIN_WRITTEN_OUT = 4;
export const MONTHS_A_YEAR = 12;
const MOST_JOINED = 60;

/**
 * The months that a word in capitals is made of without a gap: `JUNEJULY`, `NOVDEC`. Short ones only where one follows the
 * other: Marjan is somebody's name.
 */
export function joinedMonths(word: string): string[] {
  if (word.length < 2 * MIN_SHORT || word.length > MOST_JOINED || MONTHS.has(word)) return [];
  const joined = cut(word);
  const follows = (name: string, at: number) => {
    const before = joined[at - 1];
    return before === undefined || MONTHS.get(name) === ((MONTHS.get(before) ?? 0) % MONTHS_A_YEAR) + 1;
  };
  return joined.every(follows) || joined.every((name) => name.length >= MIN_WRITTEN_OUT) ? joined : [];
}

const MIN_SHORT = 3;

/** The longest months first; empty where something else is left over. */
function cut(word: string): string[] {
  for (let end = Math.min(word.length, LONGEST); end >= MIN_SHORT; end--) {
    const name = word.slice(0, end);
    if (!MONTHS.has(name)) continue;
    if (end === word.length) return [name];
    const rest = cut(word.slice(end));
    if (rest.length > 0) return [name, ...rest];
  }
  return [];
}

const LONGEST = Math.max(...[...MONTHS.keys()].map((name) => name.length));

/** Shorter ones have people's names beside them: Marco, Macha, Julia. */
const MIN_LONG = 6;
const LONG = [...MONTHS].filter(([name]) => name.length >= MIN_LONG);
/** Of a month that was cut off: `NOVE`. */
const MIN_TYPED = 4;

export const isMonthWord = (word: string): boolean => MONTHS.has(word);

/**
 * The month (1 to 12) that a word in capitals says, in English or Swahili; 0 for none. A long one may be cut off, or have a
 * slip behind its first letter; a letter more at its end makes a name of it (Augusta).
 */
export function monthOf(word: string): number {
  const known = MONTHS.get(word);
  if (known || word.length < MIN_TYPED) return known ?? 0;
  return LONG.find(([name]) => name[0] === word[0] && isMeant(word, name))?.[1] ?? 0;
}

const isMeant = (word: string, name: string): boolean =>
  name.startsWith(word) || (word.length >= MIN_LONG - 1 && !word.startsWith(name) && slips(word, name) === 1);
