import type { Metrics } from '../metrics.ts';

/** How old the newest event of the slice at hand is; it grows while a slice is stuck. */
export type Lag = {
  /** A slice begins. @param newest milliseconds since 1970 of its newest event */
  begin(newest: number): void;
  done(): void;
  /** Nothing waits any more, here: there is no lag until the next slice. */
  caughtUp(): void;
};

const inWork = new WeakMap<Metrics, Map<string, number>>();

/** `malipo_consumer_lag_seconds` of one group; all groups of a service share the metric. */
export function createLag(metrics: Metrics, group: string): Lag {
  const slices = inWork.get(metrics) ?? new Map<string, number>();
  inWork.set(metrics, slices);
  const age = (newest: number) => Math.max(0, (Date.now() - newest) / 1000);
  const gauge = metrics.gauge(
    'malipo_consumer_lag_seconds',
    'age of the newest event of the slice at hand, or of the last one when it was done; 0 where nothing waits',
    ['group'],
    function () {
      for (const [name, newest] of slices) this.set({ group: name }, age(newest));
    },
  );
  return {
    begin: (newest) => void slices.set(group, newest),
    done() {
      const newest = slices.get(group);
      slices.delete(group);
      if (newest !== undefined) gauge.set({ group }, age(newest));
    },
    caughtUp: () => gauge.set({ group }, 0),
  };
}
