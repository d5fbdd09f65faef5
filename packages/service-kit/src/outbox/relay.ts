import { ObjectId } from 'mongodb';
import { inTime } from '../clock.ts';
import type { OutgoingEvent } from '../event.ts';
import { groupCommit } from '../group-commit.ts';
import { isRefused } from '../kafka/connect.ts';
import type { Publisher } from '../kafka/publisher.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { Mongo } from '../mongo.ts';
import { insertAll } from '../mongo-writes.ts';
import { createRowsAhead } from './dated-ahead.ts';
import { assertTakeable, type OutboxRow, outboxOf, type Tx, toRow } from './outbox.ts';
import { passingOver } from './passing-over.ts';

export type Relay = {
  /**
   * Runs a change in a transaction and announces it: what `work` tells is stored by the same commit and published right
   * after it. `work` may run several times, so inside it there are only stores.
   * @throws whatever `work` throws for good
   */
  commit<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Publishes what waits longer than about `olderThanMs`; answers how many commits it announced. */
  sweep(olderThanMs?: number): Promise<number>;
  /** Resolves when what was committed here is published and off the outbox. */
  idle(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
};

const SWEEP_EVERY_MS = 1_000;
/** Ids tell whole seconds, so that a row may be swept up to one second younger than this. */
const SWEEP_AGE_MS = 3_000;
const SWEEP_ROWS = 50;
/** Kafka may be down when a service is told to stop. */
const STOP_MS = 3_000;
/** A row stays far below what a document, or a Kafka request, may hold. */
const EVENTS_PER_ROW = 500;
/** Beyond this many events in memory the fast path steps aside: the outbox holds them anyway. */
const MAX_WAITING = 20_000;

/**
 * Publish, then delete: at least once, from the outbox. Two relays over one database only publish some events twice,
 * which consumers tolerate.
 * @see docs/adr/0002-outbox-row-per-commit.md
 */
export function createRelay({ mongo, publisher, log, metrics }: Parts): Relay {
  const rows = outboxOf(mongo.db);
  const announcer = createAnnouncer(rows, publisher);
  const sweeper = createSweeper(rows, announcer, { mongo, log, metrics });
  return {
    async commit(work) {
      const { result, told } = await mongo.transaction(async (session) => {
        const events: OutgoingEvent[] = [];
        const tell = (...more: readonly OutgoingEvent[]) => {
          for (const event of more) assertTakeable(event);
          events.push(...more);
        };
        const result = await work({ session, tell });
        const told = [...chunks(events)].map(toRow);
        await insertAll(rows, told, session);
        return { result, told };
      });
      if (publisher.waiting() <= MAX_WAITING) for (const row of told) announcer.publish(row).catch(() => undefined);
      return result;
    },
    sweep: sweeper.sweep,
    idle: announcer.idle,
    start: sweeper.start,
    async stop() {
      await sweeper.stop();
      await inTime(STOP_MS, announcer.idle(), undefined); // the next start publishes the rest
    },
  };
}

type Parts = { mongo: Mongo; publisher: Publisher; log: Logger; metrics: Metrics };
type Rows = ReturnType<typeof outboxOf>;

/** Publishes rows and takes them off the outbox. */
function createAnnouncer(rows: Rows, publisher: Publisher) {
  const inHand = new Map<string, Promise<void>>();
  const remove = groupCommit(async (ids: ObjectId[]) => {
    await rows.deleteMany({ _id: { $in: ids } }, { writeConcern: { w: 1 } });
    return ids;
  }, UNBOUNDED);
  /** Of a row with events that Kafka refuses only those stay. @throws what stopped the first of them, or any other fault */
  const announce = async ({ _id, events }: OutboxRow): Promise<void> => {
    const outcomes = await Promise.allSettled(events.map((event) => publisher.publish(event)));
    const errors = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
    if (errors.length === 0) return void (await remove(_id));
    const fault = errors.find((error) => !isRefused(error));
    if (fault) throw fault;
    const left = events.filter((_, index) => outcomes[index]?.status === 'rejected');
    if (left.length < events.length) await rows.updateOne({ _id }, { $set: { events: left } });
    throw errors[0];
  };
  return {
    inHand,
    publish(row: OutboxRow): Promise<void> {
      const id = row._id.toHexString();
      const work = announce(row).finally(() => inHand.delete(id));
      inHand.set(id, work);
      return work;
    },
    async idle() {
      while (inHand.size > 0) await Promise.allSettled(inHand.values());
    },
  };
}

type Announcer = ReturnType<typeof createAnnouncer>;

/** Announces what its own process did not, because it died or Kafka was out of reach. */
function createSweeper(rows: Rows, { inHand, publish }: Announcer, { mongo, log, metrics }: Omit<Parts, 'publisher'>) {
  const oldest = { at: 0 };
  watchAge(metrics, oldest);
  const swept = metrics.counter('malipo_outbox_swept_total', 'commits that the sweep had to announce');
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<number> = Promise.resolve(0);
  const announce = passingOver(publish, log);
  const rowsAhead = createRowsAhead(rows, SWEEP_AGE_MS, SWEEP_ROWS);
  const announceAll = async (waiting: readonly OutboxRow[]): Promise<number> => {
    const announced = (await Promise.all(waiting.map(announce))).filter(Boolean).length;
    swept.inc(announced);
    return announced;
  };

  const sweep = async (olderThanMs = SWEEP_AGE_MS): Promise<number> => {
    const before = ObjectId.createFromTime(Math.ceil((Date.now() - olderThanMs) / 1000));
    let total = 0;
    for (let after: ObjectId | undefined; ; ) {
      const held = new Set(inHand.keys()); // a row may be read here and deleted before it arrives
      const waiting = await rows
        .find({ _id: { $lt: before, ...(after && { $gt: after }) } }, { readConcern: { level: 'majority' } })
        .sort({ _id: 1 })
        .limit(SWEEP_ROWS)
        .toArray();
      if (!after) oldest.at = waiting[0]?._id.getTimestamp().getTime() ?? 0;
      after = waiting.at(-1)?._id;
      const left = waiting.filter(({ _id }) => !held.has(_id.toHexString()));
      total += await announceAll(left);
      if (left.length < SWEEP_ROWS) break;
    }
    return total + (await announceAll((await rowsAhead()).filter(({ _id }) => !inHand.has(_id.toHexString()))));
  };

  const tick = () => {
    sweeping = sweep().catch((error: unknown) => {
      log[mongo.isDown() ? 'debug' : 'warn']({ err: error }, 'outbox sweep failed; it tries again');
      return 0;
    });
    void sweeping.then(() => {
      if (timer) start();
    });
  };
  const start = () => {
    timer = setTimeout(tick, SWEEP_EVERY_MS).unref();
  };

  return {
    sweep,
    start,
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      await sweeping;
    },
  };
}

/** Rows that stay a moment longer cost nothing: nobody publishes what is under way. */
const UNBOUNDED = { inFlight: 1, paceMs: 200, maxBatch: 1_000, maxQueue: Number.POSITIVE_INFINITY } as const;

function* chunks(events: readonly OutgoingEvent[]): Generator<OutgoingEvent[]> {
  for (let from = 0; from < events.length; from += EVENTS_PER_ROW) yield events.slice(from, from + EVENTS_PER_ROW);
}

function watchAge(metrics: Metrics, oldest: { at: number }): void {
  metrics.gauge('malipo_outbox_oldest_seconds', 'age of the oldest commit not yet announced', [], function () {
    this.set(oldest.at ? (Date.now() - oldest.at) / 1000 : 0);
  });
}
