/**
 * When a time that somebody set is over: it is past, or so far ahead that only a clock that was ahead can have set it.
 * Conditions on the field, of which either holds.
 * @param longestMs how far ahead it is set at most; another clock may differ by as much again
 */
export const lapsed = (now: Date, longestMs: number): [{ $lte: Date }, { $gt: Date }] => [
  { $lte: now },
  { $gt: new Date(now.getTime() + 2 * longestMs) },
];

/** The same of a time that was read. */
export function hasLapsed(until: Date, now: Date, longestMs: number): boolean {
  const [{ $lte }, { $gt }] = lapsed(now, longestMs);
  return until <= $lte || until > $gt;
}
