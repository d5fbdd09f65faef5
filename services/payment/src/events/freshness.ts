import type { Received } from '@malipo/service-kit';

export type Freshness = {
  /** Is what this process projects at most five seconds behind? It knows nothing of the other replicas' partitions. */
  isFresh(): boolean;
  /** Whether the consumer has partitions and Kafka answers: else what it does not hear of may have happened. */
  reading(isReading: boolean): void;
  /** Wraps the projection's handler. */
  watch<Event extends Received>(handle: (slice: readonly Event[]) => Promise<void>): typeof handle;
};

const BEHIND_MS = 5_000;

/**
 * Watches how far a projection lags behind. Events that come late say so themselves; when none has come for five
 * seconds while it reads, there is none to come, since the consumer fetches all the time.
 */
export function createFreshness(now: () => Date): Freshness {
  let isReading = false;
  let lastLagMs = Number.POSITIVE_INFINITY;
  let lastAt = 0;
  let workingSince: number | undefined;
  const clock = () => now().getTime();
  return {
    isFresh() {
      const isStuck = workingSince !== undefined && clock() - workingSince > BEHIND_MS;
      return isReading && !isStuck && (lastLagMs < BEHIND_MS || clock() - lastAt > BEHIND_MS);
    },
    reading(isNow) {
      if (isNow && !isReading) {
        lastLagMs = Number.POSITIVE_INFINITY; // what was missed meanwhile comes now
        lastAt = clock();
      }
      isReading = isNow;
    },
    watch: (handle) => async (slice) => {
      workingSince ??= clock();
      await handle(slice);
      workingSince = undefined;
      lastAt = clock();
      lastLagMs = lastAt - Math.max(...slice.map((event) => Date.parse(event.occurredAt)));
    },
  };
}
