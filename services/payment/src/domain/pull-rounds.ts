const HOUR_MS = 3_600_000;

/**
 * Is a channel asked in this round, the how-manieth since the provider began to refuse it? In the first, second, fourth and
 * so on, and then once an hour: counted by rounds, so that no clock has a say.
 * @param everyMs how long a round is
 */
export function isAskedIn(round: number, everyMs: number): boolean {
  const longest = Math.max(1, Math.floor(HOUR_MS / everyMs));
  return round < longest ? Number.isInteger(Math.log2(round)) : round % longest === 0;
}
