import { ConnectionPool, type Consumer } from '@platformatic/kafka';
import { backoff, pause, unlessAborted } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { isKafkaError, type KafkaConnection } from './connect.ts';
import { type Batch, type FetchAnswer, readBatch } from './message.ts';
import type { Place } from './offset-commits.ts';
import { LATEST, moveAll, offsetsOf, type Positions, seekBack } from './positions.ts';

/** Works off what one fetch brought from a broker; what `signal` leaves it no time for comes again elsewhere. */
export type Take = (batches: Batch[], signal: AbortSignal) => Promise<void>;

export type Reader = {
  /**
   * Reads on from `positions` until `signal` says stop, with one fetch under way at each broker that leads some of them.
   * Faults of Kafka are waited for.
   * @throws whatever `take` throws first, when what came from the other brokers is worked off, too
   */
  readOn(options: ReadOptions): Promise<void>;
  close(): Promise<void>;
};

const MAX_WAIT_MS = 500;
const PARTITION_BYTES = 768 * 1024;
/** Our producers write no transactions, so there is nothing uncommitted to hide. */
const READ_UNCOMMITTED = 0;
/** How often a member that owns nothing, or of which nothing is wanted, looks again. */
const NOTHING_TO_READ_MS = 1_000;

export type ReadOptions = {
  /** They move past what was worked off. */
  positions: Positions;
  take: Take;
  signal: AbortSignal;
  /** Asked before each fetch; where it says no, what is there by now is passed over. */
  isWanted?: (() => Promise<boolean>) | undefined;
  /** Hears where reading goes on after what was passed over. */
  onPassed?(places: Place[]): void;
};

/** What one broker is asked for of one topic. */
type Wanted = { topic: string; topicId: string; offsets: Map<number, number> };
/** Begins a round at a broker; it never fails, but ends the reading where it has to. */
type Begin = (node: number, wanted: Wanted[]) => Promise<void>;

/** Whom a question goes to that any broker answers. */
const ANY = -1;

/** @param onReach hears after each question whether every broker answered the last one put to it */
export function createReader(
  kafka: KafkaConnection,
  consumer: Consumer,
  log: Logger,
  onReach: (reached: boolean) => void,
): Reader {
  const fetchFrom = fetching(kafka, consumer);
  /** How often in a row each broker did not answer. */
  const faults = new Map<number, number>();

  const bear = async (error: unknown, node: number, { positions, signal }: ReadOptions) => {
    const count = (faults.get(node) ?? 0) + 1;
    faults.set(node, count);
    onReach(false);
    log.debug({ err: error }, 'Kafka did not answer; trying again');
    consumer.clearMetadata();
    if (isKafkaError(error, 'apiId', 'OFFSET_OUT_OF_RANGE')) await seekBack(consumer, positions).catch(() => undefined);
    await pause(backoff(count, 100, 2_000), signal);
  };

  /** @returns undefined where the broker is out of reach, after a pause */
  const ask = async <T>(node: number, question: () => Promise<T>, options: ReadOptions): Promise<T | undefined> => {
    try {
      const answer = await question();
      faults.delete(node);
      onReach(faults.size === 0);
      return answer;
    } catch (error) {
      return void (await bear(error, node, options));
    }
  };

  const forgive = () => {
    faults.clear();
    onReach(true);
  };

  const round = async (node: number, wanted: Wanted[], options: ReadOptions) => {
    const { positions, take, signal } = options;
    const batches = await ask(node, () => unlessAborted(fetchFrom.node(node, wanted), signal), options);
    if (!batches || signal.aborted) return;
    if (batches.some(({ messages }) => messages.length > 0)) await take(batches, signal);
    for (const { topic, partition, next } of batches) positions.get(topic)?.set(partition, next);
  };

  const passOver = async (options: ReadOptions) => {
    const { positions, isWanted, onPassed, signal } = options;
    const end = await ask(ANY, () => offsetsOf(consumer, positions, LATEST), options);
    // each leader was asked for it, and none is asked for more
    if (end) forgive();
    // asked again: whoever came to want something while the end was looked up may mean what lies before it
    if (!end || (await isWanted?.())) return;
    onPassed?.(moveAll(positions, (offset, topic, partition) => end(topic, partition) ?? offset));
    await pause(NOTHING_TO_READ_MS, signal);
  };

  /** Sees to it that a fetch is under way at each broker, and waits for the first that is done. */
  const step = async (busy: Map<number, Promise<void>>, begin: Begin, options: ReadOptions) => {
    const plan = await ask(ANY, () => planOf(consumer, options.positions), options);
    if (plan) keepOnly(plan, faults);
    for (const [node, wanted] of plan ?? []) {
      if (busy.has(node)) continue;
      const work = begin(node, wanted).finally(() => busy.delete(node));
      busy.set(node, work);
    }
    if (busy.size > 0) await Promise.race(busy.values());
    else if (plan) await pause(NOTHING_TO_READ_MS, options.signal);
  };

  return {
    async readOn(given) {
      const failed = new AbortController();
      const options = { ...given, signal: AbortSignal.any([given.signal, failed.signal]) };
      const begin: Begin = (node, wanted) => round(node, wanted, options).catch((error) => failed.abort(error));
      const busy = new Map<number, Promise<void>>();
      while (!options.signal.aborted) {
        if (busy.size === 0 && (await options.isWanted?.()) === false) await passOver(options);
        else await step(busy, begin, options);
      }
      await Promise.all(busy.values());
      if (failed.signal.aborted) throw failed.signal.reason;
    },
    close: () => fetchFrom.close(),
  };
}

/** A broker that leads nothing any more is not asked again, so that it could never be forgiven. */
function keepOnly(plan: ReadonlyMap<number, unknown>, faults: Map<number, number>): void {
  for (const node of faults.keys()) if (!plan.has(node)) faults.delete(node);
}

/** Fetches from one broker at a time; one that nobody waits for any more still counts in the broker's session. */
function fetching(kafka: KafkaConnection, consumer: Consumer) {
  // on a shared connection a fetch that waits for messages would hold up the heartbeats behind it
  const connectionPool = new ConnectionPool(kafka.settings.clientId, kafka.settings);
  const last = new Map<number, Promise<void>>();
  return {
    async node(node: number, wanted: readonly Wanted[]): Promise<Batch[]> {
      await last.get(node);
      const answer = consumer.fetch({
        node,
        connectionPool,
        minBytes: 1,
        maxWaitTime: MAX_WAIT_MS,
        isolationLevel: READ_UNCOMMITTED,
        topics: wanted.map(({ topicId, offsets }) => ({ topicId, partitions: [...offsets].map(toRequest) })),
      });
      last.set(node, answer.then(noop, noop));
      return batchesOf(await answer, wanted);
    },
    close: () => connectionPool.close(),
  };
}

const noop = () => undefined;

const toRequest = ([partition, offset]: [number, number]) => ({
  partition,
  fetchOffset: BigInt(offset),
  partitionMaxBytes: PARTITION_BYTES,
  currentLeaderEpoch: -1,
  lastFetchedEpoch: -1,
});

function batchesOf({ responses }: FetchAnswer, wanted: readonly Wanted[]): Batch[] {
  const asked = new Map(wanted.map((one) => [one.topicId, one]));
  return responses.flatMap(({ topicId, partitions }) => {
    const { topic, offsets } = asked.get(topicId) ?? {};
    return partitions.flatMap((answer) => {
      const from = offsets?.get(answer.partitionIndex);
      return topic === undefined || from === undefined ? [] : [readBatch(topic, answer, from)];
    });
  });
}

/** What to ask of whom: each partition of the broker that leads it. */
async function planOf(consumer: Consumer, positions: Positions): Promise<Map<number, Wanted[]>> {
  const plan = new Map<number, Wanted[]>();
  if (positions.size === 0) return plan;
  const { topics } = await consumer.metadata({ topics: [...positions.keys()] });
  for (const [topic, offsets] of positions) {
    const { id: topicId = '', partitions = [] } = topics.get(topic) ?? {};
    const byLeader = Map.groupBy(offsets, ([partition]) => partitions[partition]?.leader ?? -1);
    for (const [leader, own] of byLeader) {
      if (leader < 0) continue;
      plan.set(leader, [...(plan.get(leader) ?? []), { topic, topicId, offsets: new Map(own) }]);
    }
  }
  return plan;
}
