import type { Logger } from '../logger.ts';

/** A place up to which everything of a partition is worked off. */
export type Place = { topic: string; partition: number; offset: number };

export type OffsetCommits = {
  /** Everything before `offset` is worked off: that is committed within `everyMs`, together with what comes until then. */
  note(place: Place): void;
  /** Commits what is noted by now. A commit that fails is none: those events come once more. */
  now(): Promise<void>;
  stop(): void;
};

/**
 * Commits offsets in the background, one request for all partitions: a commit after each slice would be one for the
 * broker's coordinator to write and for the slice to wait for.
 */
export function createOffsetCommits(
  write: (places: Place[]) => Promise<void>,
  log: Logger,
  everyMs: number,
): OffsetCommits {
  const noted = new Map<string, Place>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const commit = async () => {
    const places = [...noted.values()];
    noted.clear();
    if (places.length === 0) return;
    await write(places).catch((error: unknown) =>
      log.debug({ err: error }, 'offsets were not committed; their events come once more'),
    );
  };
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    running = running.then(commit);
    return running;
  };
  return {
    note(place) {
      noted.set(`${place.topic}/${place.partition}`, place);
      timer ??= setTimeout(() => void now(), everyMs).unref();
    },
    now,
    stop: () => clearTimeout(timer),
  };
}
