import { joinedMonths } from './months.ts';

/** A word or number of a text, and what stands between it and the one before. */
export type Part = { text: string; gap: string };

const PARTS = /[A-Z]+|\d+/g;

/** The words and numbers of a text in capitals. The gaps are cut out and not matched: looked for from each of its places, a long one would cost its square. */
export function partsOf(text: string): Part[] {
  let end = 0;
  return [...text.matchAll(PARTS)].flatMap(({ 0: own, index }) => {
    const gap = text.slice(end, index);
    end = index + own.length;
    const months = joinedMonths(own);
    if (months.length === 0) return { gap, text: own };
    return months.map((month, at) => ({ gap: at === 0 ? gap : '', text: month }));
  });
}
