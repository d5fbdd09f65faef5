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
