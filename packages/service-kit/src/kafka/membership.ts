import { Consumer, type GroupAssignment } from '@platformatic/kafka';
import { backoff, inTime, pause } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { CO_PARTITIONED, coPartitioned } from './assigner.ts';
import { isOutOfReach, type KafkaConnection, mustJoinAgain } from './connect.ts';
import type { Place } from './offset-commits.ts';
import { EARLIEST, type Positions } from './positions.ts';

export type Membership = {
  consumer: Consumer;
  /** Joins in the background, and again whenever it must. */
  join(): void;
  /** Where to read on in what this member owns: what the group has committed, else the beginning. */
  positions(): Promise<Positions>;
  /** Commits for the group; places that this member does not own any more are left to their owner. */
  commit(places: readonly Place[]): Promise<void>;
  /** Leaves the group, so that the others need not wait until it is missed. */
  leave(): Promise<void>;
};

type Options = {
  kafka: KafkaConnection;
  groupId: string;
  topics: string[];
  log: Logger;
  /** These partitions are ours from now on. */
  onAssigned(owned: readonly GroupAssignment[]): void;
  /** They may be another's soon: to resolve when nothing is under way with them any more. */
  onRevoked(): Promise<void>;
  /** It cannot join, and not because Kafka is out of reach or it was too slow: a new process would be slower still. */
  onDead(error: Error): void;
};

const SESSION_MS = 6_000;
const HEARTBEAT_MS = 2_000;
const REBALANCE_MS = 15_000;
/** So long a slice may keep the group waiting; then its events may be worked off twice, which handlers bear. */
const HAND_OVER_MS = 5_000;
const MAX_TRIES = 8;
const LEAVE_MS = 3_000;
const NO_USER_DATA = Buffer.alloc(0);

/** Membership in a consumer group. @see docs/adr/0003-key-by-organisation.md for who gets what */
export function createMembership({ kafka, groupId, topics, log, onAssigned, onRevoked, onDead }: Options): Membership {
  const leaving = new AbortController();
  const consumer = new Consumer({
    ...kafka.settings,
    groupId,
    retries: 0, // whoever asks tries again, and knows meanwhile that Kafka is out of reach
    sessionTimeout: SESSION_MS,
    heartbeatInterval: HEARTBEAT_MS,
    rebalanceTimeout: REBALANCE_MS,
    protocols: [{ name: CO_PARTITIONED, version: 1 }],
    partitionAssigner: coPartitioned,
    // asked for right before each joining, which gives up what it owned until then
    protocolsMetadata: async () => {
      await inTime(HAND_OVER_MS, onRevoked(), undefined);
      return NO_USER_DATA;
    },
  });
  consumer.topics.trackAll(...topics);
  consumer.on('consumer:group:join', ({ assignments = [] }) => onAssigned(assignments));

  let joining = false;
  const join = async () => {
    if (joining) return;
    joining = true;
    for (let count = 1, tries = 0; !leaving.signal.aborted; count++) {
      try {
        await consumer.joinGroup({});
        break;
      } catch (error) {
        const isSlow = mustJoinAgain(error);
        const level = isSlow && count % MAX_TRIES === 0 ? 'warn' : 'debug';
        log[level]({ err: error, group: groupId }, 'the group could not be joined; trying again');
        if (!isSlow && !isOutOfReach(error) && ++tries >= MAX_TRIES) return onDead(error as Error);
        await pause(backoff(count, 200, 2_000), leaving.signal);
      }
    }
    joining = false;
  };
  // a heartbeat said that it has to join again, and that failed: nobody else would try once more
  consumer.on('error', () => void join());

  return {
    consumer,
    join: () => void join(),
    async positions() {
      const owned = consumer.assignments ?? [];
      if (owned.length === 0) return new Map();
      const committed = await consumer.listCommittedOffsets({ topics: owned });
      const first = await consumer.listOffsets({ topics: owned.map(({ topic }) => topic), timestamp: EARLIEST });
      const start = (topic: string, partition: number): number => {
        const held = committed.get(topic)?.[partition] ?? -1n;
        return Number(held >= 0n ? held : (first.get(topic)?.[partition] ?? 0n));
      };
      return new Map(
        owned.map(({ topic, partitions }) => [topic, new Map(partitions.map((one) => [one, start(topic, one)]))]),
      );
    },
    async commit(places) {
      const owned = new Map(consumer.assignments?.map(({ topic, partitions }) => [topic, new Set(partitions)]));
      const offsets = places
        .filter(({ topic, partition }) => owned.get(topic)?.has(partition))
        .map(({ topic, partition, offset }) => ({ topic, partition, offset: BigInt(offset), leaderEpoch: -1 }));
      if (offsets.length > 0) await consumer.commit({ offsets });
    },
    async leave() {
      leaving.abort();
      await inTime(LEAVE_MS, consumer.close(true), undefined);
    },
  };
}
