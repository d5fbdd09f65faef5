import { pause } from '@malipo/service-kit';

/** Places for messages under way: each is taken by work until its end, or kept for work that is about to come. */
export type Places = {
  /** Neither taken nor kept. */
  room(): number;
  /** Takes a place until `work` ends. */
  run(work: () => Promise<void>): void;
  /** Keeps places. @returns how many of the wanted there were */
  reserve(wanted: number): number;
  /** Gives a kept place back. */
  release(): void;
  /** Resolves when a good part is free, nothing is under way, they are closed, or it is `until` (`performance.now()`). */
  spacious(until: number): Promise<void>;
  /** Resolves when everything that runs now has ended. */
  idle(): Promise<void>;
};

/** Share of the places that must be free before more is claimed by insert: each insert costs the same, few or many. */
const WORTHWHILE = 0.25;

export type PlacesTold = {
  /** While this holds no place is kept, and nobody waits for one. */
  isClosed(): boolean;
  onError(error: unknown): void;
  /** A place has become free. */
  onFree(): void;
};

export function createPlaces(count: number, { isClosed, onError, onFree }: PlacesTold): Places {
  const taken = new Set<Promise<void>>();
  let reserved = 0;
  const room = () => count - taken.size - reserved;
  return {
    room,
    run(work) {
      const running = work()
        .catch(onError)
        .finally(() => {
          taken.delete(running);
          onFree();
        });
      taken.add(running);
    },
    reserve(wanted) {
      const granted = isClosed() ? 0 : Math.max(0, Math.min(wanted, room()));
      reserved += granted;
      return granted;
    },
    release() {
      reserved--;
    },
    async spacious(until) {
      while (!isClosed() && taken.size > 0 && room() < count * WORTHWHILE) {
        const left = until - performance.now();
        if (left <= 0) return;
        await Promise.race([...taken, pause(left)]);
      }
    },
    async idle() {
      await Promise.all(taken);
    },
  };
}
