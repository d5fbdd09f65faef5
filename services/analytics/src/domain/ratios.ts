import { daysBetween } from '@malipo/values';

/** Days of billing that the DSO looks back on. */
export const DSO_WINDOW_DAYS = 90;
/** Days of payments that the auto-match rate looks back on. */
export const RATE_WINDOW_DAYS = 30;

/**
 * Days sales outstanding by the period method: receivables ÷ billed in the period × days of the period. The period is
 * the last 90 days, or the days since the first invoice for a younger business. One decimal.
 * @param firstBilledOn the first day of all on which anything was billed, however long ago
 * @returns null where nothing was billed in the period
 */
export function dsoDays(receivables: {
  outstandingCents: number;
  billedCents: number;
  firstBilledOn: string | null;
  today: string;
}): number | null {
  const { outstandingCents, billedCents, firstBilledOn, today } = receivables;
  if (billedCents <= 0 || firstBilledOn === null) return null;
  const days = Math.min(DSO_WINDOW_DAYS, Math.max(1, daysBetween(firstBilledOn, today) + 1));
  return Math.round((outstandingCents / billedCents) * days * 10) / 10;
}

/**
 * Share of decided payments that stand as the engine applied them by itself; four decimals.
 * @returns null where nothing was decided
 */
export function autoMatchRate({ auto, decided }: { auto: number; decided: number }): number | null {
  return decided > 0 ? Math.round((auto / decided) * 10_000) / 10_000 : null;
}
