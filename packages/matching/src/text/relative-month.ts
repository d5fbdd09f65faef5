import { eatDay } from '@malipo/values';

/** Months after that of the payment, by two words next to each other. */
const MONTHS_AFTER: ReadonlyMap<string, number> = new Map(
  (
    [
      [0, ['THIS MONTH', 'CURRENT MONTH', 'MWEZI HUU', 'HUU MWEZI']],
      [-1, ['LAST MONTH', 'PREVIOUS MONTH', 'MWEZI ULIOPITA', 'MWEZI ULIOISHA']],
      [1, ['NEXT MONTH', 'MWEZI UJAO', 'MWEZI UJAYO', 'MWEZI UNAOKUJA']],
    ] as const
  ).flatMap(([after, texts]) => texts.map((text) => [text, after] as const)),
);

/**
 * The month that `this month` or `mwezi uliopita` is, for whoever says it then.
 * @param at when it was said, in milliseconds
 * @returns undefined where the two words say no month
 */
export function relativeMonth(first: string, second: string, at: number): { year: number; month: number } | undefined {
  const after = MONTHS_AFTER.get(`${first} ${second === 'MONTHS' ? 'MONTH' : second}`);
  if (after === undefined) return undefined;
  const [year = 0, month = 0] = eatDay(new Date(at)).split('-').map(Number);
  const months = year * 12 + month - 1 + after;
  return { year: Math.floor(months / 12), month: (months % 12) + 1 };
}
