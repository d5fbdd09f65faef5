import type { EachBatchPayload } from 'kafkajs';
import type { Logger } from '../logger.ts';

type Batch = Pick<EachBatchPayload, 'commitOffsetsIfNecessary' | 'uncommittedOffsets'>;

export type OffsetCommits = {
  /** Offsets were resolved: they are committed within `everyMs`, together with what is resolved until then. */
  note(batch: Batch): void;
  /** Commits what is resolved by now. A commit that fails is none: those events come once more. */
  now(): Promise<void>;
  stop(): void;
};

/**
 * Commits offsets in the background, one request for all partitions. Left to itself kafkajs commits after every batch of
 * every partition, and fetches nothing until the broker has answered each: a slice that holds twelve of them waits for
 * twelve commits.
 */
export function createOffsetCommits(log: Logger, everyMs: number): OffsetCommits {
  let latest: Batch | undefined;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const commit = async () => {
    const batch = latest;
    latest = undefined;
    if (!batch) return;
    const offsets = batch.uncommittedOffsets();
    if (offsets.topics.length === 0) return;
    await batch
      .commitOffsetsIfNecessary(offsets)
      .catch((error: unknown) => log.debug({ err: error }, 'offsets were not committed; their events come once more'));
  };
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    running = running.then(commit);
    return running;
  };
  return {
    note(batch) {
      latest = batch;
      timer ??= setTimeout(() => void now(), everyMs).unref();
    },
    now,
    stop: () => clearTimeout(timer),
  };
}
