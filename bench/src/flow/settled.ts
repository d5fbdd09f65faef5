import { groupLags } from '@malipo/test-kit/groups';

/**
 * Resolves when every consumer group of the platform has worked off all that its topics hold: figures, copies and
 * receipts follow the money later, and what they still owe one phase must not be paid in the next.
 * @returns seconds that it took
 * @throws {Error} naming the groups that are behind after `deadlineMs`
 */
export async function untilAllConsumed(
  brokers: readonly string[],
  prefix: string,
  deadlineMs = 180_000,
): Promise<number> {
  const started = performance.now();
  for (;;) {
    const lags = await groupLags(brokers, (group) => group.startsWith(prefix) && !group.endsWith('watch'));
    const behind = [...lags].filter(([, lag]) => lag > 0).map(([group]) => group);
    if (behind.length === 0) return (performance.now() - started) / 1000;
    if (performance.now() - started > deadlineMs)
      throw new Error(`still behind after ${deadlineMs / 1000} s: ${behind.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
