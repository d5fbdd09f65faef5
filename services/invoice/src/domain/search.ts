import { visible } from '@malipo/values';
import { plainOf, wordsOf } from './keys.ts';

/** Account numbers and phones are written in up to so many groups, `+254 712 345 678`. */
const LONGEST_RUN = 4;
/** So many tell any two customers apart; many more take the database a second to plan for. */
const MOST_WORDS = 12;

/**
 * Reads a search as a person types it, whole or half: each word must begin one of a customer's search terms, by itself or
 * together with its neighbours (`HSE 12`, `0712 345 678`), with or without what separates its parts, phones in any form.
 * @returns for each word the prefixes of which one must be found
 */
export function prefixesAsked(q: string): string[][] {
  const words = wordsIn(q).slice(0, MOST_WORDS);
  const runs = words.flatMap((_, from) =>
    Array.from({ length: Math.min(LONGEST_RUN, words.length - from) }, (_, more) => {
      const to = from + more;
      return { from, to, text: words.slice(from, to + 1).join('') };
    }),
  );
  // words without a digit are a name's: the database finds them faster where nothing else could be meant
  const meant = runs.filter(({ from, to, text }) => from === to || /\d/.test(text));
  return words.map((_, at) => [
    ...new Set(meant.filter(({ from, to }) => from <= at && at <= to).flatMap(({ text }) => formsOf(text))),
  ]);
}

/** What is no word, the dash in `Otieno - Barasa`, says something only where it is all there is. */
function wordsIn(q: string): string[] {
  const all = wordsOf(visible(q)).split(' ').filter(Boolean);
  const words = all.filter((word) => plainOf(word) !== '');
  return words.length > 0 ? words : all;
}

const INTERNATIONAL = /^00(\d{3,})$/;
/** With a prefix from the network's or the area's code on; without one, fewer digits are more likely an account number. */
const KENYAN = /^(?:(?:2540?|0)([124-7]\d{2,})|([17]\d{5,8}))$/;

/** The text as it is and plain, and the digits that it stands for where it may be the beginning of a phone number. */
function formsOf(text: string): string[] {
  const plain = plainOf(text);
  const foreign = INTERNATIONAL.exec(plain)?.[1];
  const kenyan = KENYAN.exec(plain);
  return [text, plain, foreign ?? '', kenyan ? `254${kenyan[1] ?? kenyan[2]}` : ''].filter(Boolean);
}
