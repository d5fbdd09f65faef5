/** At most so long, where few organisations moved. */
const LONGEST_REST_MS = 250;

/**
 * Milliseconds to rest after each organisation that a round has work for, so that the round takes about half of its
 * interval: commands for each of many organisations, one after the other, are a burst that payments would wait for.
 * @param moved how many organisations the round before had work for
 */
export const restBetween = (moved: number, everyMs: number): number =>
  Math.min(LONGEST_REST_MS, everyMs / 2 / Math.max(1, moved));
