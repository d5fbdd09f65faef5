import { inTime, pause } from '../clock.ts';
import { groupCommit } from '../group-commit.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { Tracing } from '../tracing.ts';
import type { KafkaConnection } from './connect.ts';
import type { DeadLetters } from './dead-letters.ts';
import { createLag } from './lag.ts';
import { createMembership, type Membership } from './membership.ts';
import type { Batch, RawMessage } from './message.ts';
import { createOffsetCommits, type OffsetCommits } from './offset-commits.ts';
import { createReader, type Take } from './reader.ts';
import { createSliceWorker } from './slice-worker.ts';
import { createRests, maxSliceOf, type Subscription } from './subscription.ts';
import { beginTurn, noTurn } from './turn.ts';

export type RunningConsumer = { stop(): Promise<void>; ready(): boolean };

/** After a crash the events of so long come once more, which handlers bear. */
const COMMIT_MS = 1_500;
/** Longer nobody waits for a commit that would only spare repetition. */
const LAST_COMMIT_MS = 1_000;

type ConsumerOptions = {
  service: string;
  subscription: Subscription;
  kafka: KafkaConnection;
  deadLetters: DeadLetters;
  tracing: Tracing;
  log: Logger;
  metrics: Metrics;
  /** Slices are never larger than this, whatever the subscription says. */
  maxBatch: number;
  /** Does the database take other, small transactions right now? */
  othersPass(): Promise<boolean>;
  /** The consumer is dead for good: the process must end, so that its supervisor starts a new one. */
  onDead(error: Error): void;
};

/**
 * Consumes a subscription: what one fetch brings from all partitions is gathered into slices, one slice at a time, and
 * offsets are committed after their effects. At least once; handlers make the effect exactly once.
 */
export function startConsumer(options: ConsumerOptions): RunningConsumer {
  const { service, subscription, kafka, log } = options;
  const stopping = new AbortController();
  const groupId = kafka.named(`${service}.${subscription.name}`);
  const tell = watch(options, groupId);
  const state = { joined: false, reached: true };
  const note = (change: Partial<typeof state>) => {
    Object.assign(state, change);
    subscription.onReading?.(state.joined && state.reached);
  };
  let turn = noTurn;
  const onDead = (error: Error) => {
    log.error({ err: error, group: groupId }, 'consumer died');
    options.onDead(error);
  };

  const membership: Membership = createMembership({
    kafka,
    groupId,
    topics: [...new Set(subscription.events.map((event) => kafka.named(event.topic)))],
    log,
    onAssigned(owned) {
      tell(owned.flatMap(({ partitions }) => partitions));
      note({ joined: true });
      turn = beginTurn({ ...options, membership, reader, take, commits, stopping: stopping.signal, onDead });
    },
    async onRevoked() {
      note({ joined: false });
      await turn.end();
      await inTime(LAST_COMMIT_MS, commits.now(), undefined);
    },
    onDead,
  });
  const reader = createReader(kafka, membership.consumer, log, (reached) => {
    if (reached === state.reached) return;
    log.warn({ group: groupId }, reached ? 'Kafka answers again' : 'Kafka is out of reach; waiting');
    note({ reached });
  });
  const commits = createOffsetCommits(membership.commit, log, COMMIT_MS);
  const take = takingSlices(options, commits, stopping.signal);
  membership.join();
  return {
    ready: () => state.joined && state.reached,
    async stop() {
      stopping.abort();
      await turn.end();
      await inTime(LAST_COMMIT_MS, commits.now(), undefined);
      commits.stop();
      await membership.leave();
      await reader.close();
    },
  };
}

/** Messages of one partition; `hasMore` where more of it waits; `signal` ends the rest that follows. */
type Piece = { messages: RawMessage[]; hasMore: boolean; signal: AbortSignal };

/** What comes from several brokers at once shares a slice. */
function takingSlices(options: ConsumerOptions, commits: OffsetCommits, stopping: AbortSignal): Take {
  const work = createSliceWorker({ ...options, stopping });
  const maxSlice = maxSliceOf(options);
  const restAfter = createRests(options);
  const paced = async (pieces: Piece[]) => {
    const began = performance.now();
    const hasMore = pieces.some((piece) => piece.hasMore);
    const done = await work(
      pieces.map((piece) => piece.messages),
      hasMore,
    );
    // before the next fetch, not before the work: what is fetched is worked off at once
    await pause(restAfter({ began, ended: performance.now(), hasMore }), pieces[0]?.signal);
    return done;
  };
  const lane = groupCommit(paced, { inFlight: 1, maxBatch: 10_000, maxQueue: Number.POSITIVE_INFINITY });
  return async (batches, signal) => {
    const takePiece = async ({ topic, partition, ...batch }: Batch, from: number) => {
      const messages = batch.messages.slice(from, from + maxSlice);
      const last = messages.at(-1);
      if (!last) return;
      await lane({ messages, hasMore: batch.hasMore || from + maxSlice < batch.messages.length, signal });
      commits.note({ topic, partition, offset: Number(last.message.offset) + 1 });
    };
    const most = Math.max(...batches.map(({ messages }) => messages.length));
    for (let from = 0; from < most && !signal.aborted; from += maxSlice)
      await Promise.all(batches.map((batch) => takePiece(batch, from)));
  };
}

function watch({ metrics, subscription, deadLetters, log }: ConsumerOptions, groupId: string) {
  const rebalances = metrics.counter('malipo_consumer_rebalances_total', 'times the group was joined', ['group']);
  const lag = createLag(metrics, subscription.name);
  return (partitions: number[]) => {
    const owned = new Set(partitions);
    lag.caughtUp(); // what it was behind with may be another's now
    rebalances.inc({ group: subscription.name });
    deadLetters.assigned();
    log.info({ group: groupId, partitions: owned.size }, 'partitions assigned');
  };
}
