import type { Consumer, EachBatchPayload } from 'kafkajs';
import { pause } from '../clock.ts';
import { groupCommit } from '../group-commit.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { Tracing } from '../tracing.ts';
import { coPartitioned } from './assigner.ts';
import type { KafkaConnection } from './connect.ts';
import type { DeadLetters } from './dead-letters.ts';
import { createOffsetCommits, type OffsetCommits } from './offset-commits.ts';
import type { RawMessage } from './received.ts';
import { createSliceWorker } from './slice-worker.ts';
import { maxSliceOf, restAfter, type Subscription } from './subscription.ts';

export type RunningConsumer = { stop(): Promise<void>; ready(): boolean };

const SESSION_MS = 6_000;
const HEARTBEAT_MS = 2_000;
/** After a crash the events of so long come once more, which handlers bear. */
const COMMIT_MS = 1_500;

type ConsumerOptions = {
  service: string;
  subscription: Subscription;
  kafka: KafkaConnection;
  deadLetters: DeadLetters;
  tracing: Tracing;
  log: Logger;
  metrics: Metrics;
  partitions: number;
  /** Slices are never larger than this, whatever the subscription says. */
  maxBatch: number;
  /** The consumer is dead for good: the process must end, so that its supervisor starts a new one. */
  onDead(error: Error): void;
};

/**
 * Consumes a subscription: what one fetch brings from all partitions is gathered into slices, one slice at a time, and
 * offsets are committed after their effects. At least once; handlers make the effect exactly once.
 */
export async function startConsumer(options: ConsumerOptions): Promise<RunningConsumer> {
  const { service, subscription, kafka, partitions } = options;
  const consumer = kafka.client.consumer({
    groupId: kafka.named(`${service}.${subscription.name}`),
    partitionAssigners: [coPartitioned],
    sessionTimeout: SESSION_MS,
    heartbeatInterval: HEARTBEAT_MS,
    rebalanceTimeout: 15_000,
    maxWaitTimeInMs: 500,
    minBytes: 1,
    maxBytesPerPartition: 256 * 1024,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 200, retries: 8, restartOnFailure: async (error) => isWorthRestarting(error) },
  });
  const stopping = new AbortController();
  const commits = createOffsetCommits(options.log, COMMIT_MS);
  const work = createSliceWorker({ ...options, stopping: stopping.signal });
  const paced = async (pieces: Piece[]) => {
    const started = performance.now();
    const done = await work(pieces.map((piece) => piece.messages));
    const hasMore = pieces.some((piece) => piece.hasMore);
    // before the next fetch, not before the work: what is fetched is worked off at once
    await pause(restAfter(options, performance.now() - started, hasMore), stopping.signal);
    return done;
  };
  const lane = groupCommit(paced, { inFlight: 1, maxBatch: 10_000, maxQueue: Number.POSITIVE_INFINITY });
  let joined = false;
  watch(consumer, options, (now) => {
    joined = now;
  });
  await consumer.connect();
  const topics = [...new Set(subscription.events.map((event) => kafka.named(event.topic)))];
  await consumer.subscribe({ topics, fromBeginning: true });
  await consumer.run({
    eachBatchAutoResolve: false,
    autoCommit: false,
    partitionsConsumedConcurrently: partitions * topics.length, // else a fetch is worked off in several slices
    eachBatch: (payload) => consumeBatch(payload, { lane, commits, maxSlice: maxSliceOf(options), stopping }),
  });
  return {
    ready: () => joined,
    async stop() {
      stopping.abort();
      await commits.now();
      await consumer.disconnect(); // waits for the slice under way, which commits for itself now
      commits.stop();
    },
  };
}

/** Messages of one partition; `hasMore` where the broker held more than it sent at once. */
type Piece = { messages: RawMessage[]; hasMore: boolean };
type Lane = (piece: Piece) => Promise<void>;

type Consuming = { lane: Lane; commits: OffsetCommits; maxSlice: number; stopping: AbortController };

async function consumeBatch(payload: EachBatchPayload, consuming: Consuming): Promise<void> {
  const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload;
  const { lane, commits, maxSlice, stopping } = consuming;
  const beat = setInterval(() => void heartbeat().catch(() => undefined), HEARTBEAT_MS);
  try {
    for (let from = 0; from < batch.messages.length; from += maxSlice) {
      if (!isRunning() || isStale()) return;
      const piece = batch.messages.slice(from, from + maxSlice);
      const last = piece.at(-1);
      if (!last) return;
      const messages = piece.map((message) => ({ topic: batch.topic, partition: batch.partition, message }));
      await lane({ messages, hasMore: Number(batch.highWatermark) - Number(last.offset) > 1 });
      resolveOffset(last.offset);
      commits.note(payload);
    }
    if (stopping.signal.aborted) await commits.now();
  } finally {
    clearInterval(beat);
  }
}

function watch(consumer: Consumer, options: ConsumerOptions, joined: (now: boolean) => void): void {
  const { log, subscription, kafka, onDead } = options;
  const rebalances = options.metrics.counter('malipo_consumer_rebalances_total', 'times the group was joined', [
    'group',
  ]);
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    joined(true);
    rebalances.inc({ group: subscription.name });
    const owned = new Set(Object.values(payload.memberAssignment).flat());
    options.deadLetters.assigned();
    subscription.onAssigned?.(owned);
    log.info({ group: payload.groupId, partitions: owned.size }, 'partitions assigned');
  });
  consumer.on(consumer.events.REBALANCING, () => joined(false));
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    joined(false);
    log.error(
      { error: payload.error.message, restart: payload.restart, group: kafka.named(subscription.name) },
      'consumer crashed',
    );
    if (!payload.restart) onDead(payload.error);
  });
}

const isWorthRestarting = (error: Error): boolean =>
  /Connection|Broker|NumberOfRetries|RequestTimeout|GroupCoordinator|MemberId|Protocol/.test(
    `${error.name} ${error.message}`,
  );
