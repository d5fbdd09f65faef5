import type { Db } from 'mongodb';
import type { OutgoingEvent } from '../event.ts';
import { groupCommit } from '../group-commit.ts';
import type { Publisher } from '../kafka/publisher.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { WithOutbox } from './document.ts';

/** One document with events to publish. */
export type Announced = { collection: string; id: string; events: readonly OutgoingEvent[] };

export type Relay = {
  /** The fast path, right after the write: returns at once; whatever it fails to publish is left to the sweep. */
  announce(announced: readonly Announced[]): void;
  /** Publishes what waits longer than `olderThanMs`; answers how many documents it published. */
  sweep(olderThanMs?: number): Promise<number>;
  /** Resolves when what was announced is published and marked. */
  idle(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
};

type Stored = WithOutbox & { _id: string };
type Mark = { collection: string; id: string; last: string; count: number };

const SWEEP_EVERY_MS = 1_000;
const SWEEP_AGE_MS = 2_000;
const SWEEP_BATCH = 500;
/** Beyond this many events in memory the fast path steps aside: the documents hold them anyway. */
const MAX_WAITING = 20_000;

/**
 * Publish, then mark: at-least-once, from the documents' own outboxes. Two relays over one database only publish some
 * events twice, which consumers tolerate.
 */
export function createRelay(options: {
  db: Db;
  collections: readonly string[];
  publisher: Publisher;
  log: Logger;
  metrics: Metrics;
  maxBatch: number;
}): Relay {
  const { db, collections, publisher, log, metrics } = options;
  const oldest = new Map<string, number>();
  metrics.gauge(
    'malipo_outbox_oldest_seconds',
    'age of the oldest event not yet published',
    ['collection'],
    function () {
      for (const [name, at] of oldest) this.set({ collection: name }, at ? (Date.now() - at) / 1000 : 0);
    },
  );
  const swept = metrics.counter('malipo_outbox_swept_total', 'documents that the sweep had to publish');
  const mark = groupCommit((marks: Mark[]) => unset(db, marks), {
    inFlight: 1,
    maxBatch: options.maxBatch * 2,
    maxQueue: Number.POSITIVE_INFINITY,
  });
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<number> = Promise.resolve(0);

  const publish = async (announced: Announced) => {
    await Promise.all(announced.events.map((event) => publisher.publish(event)));
    const last = announced.events.at(-1);
    if (last)
      await mark({ collection: announced.collection, id: announced.id, last: last.id, count: announced.events.length });
  };

  const sweepOne = async (name: string, olderThanMs: number): Promise<number> => {
    const before = new Date(Date.now() - olderThanMs);
    const waiting = await db
      .collection<Stored>(name)
      .find({ 'outbox.at': { $lt: before } }, { projection: { outbox: 1 }, readConcern: { level: 'majority' } })
      .sort({ 'outbox.at': 1 })
      .limit(SWEEP_BATCH)
      .toArray();
    oldest.set(name, waiting[0]?.outbox?.at.getTime() ?? 0);
    await Promise.all(
      waiting.map((doc) => publish({ collection: name, id: doc._id, events: doc.outbox?.events ?? [] })),
    );
    swept.inc(waiting.length);
    return waiting.length;
  };

  const sweep = async (olderThanMs = SWEEP_AGE_MS): Promise<number> => {
    let total = 0;
    for (const name of collections) {
      for (;;) {
        const count = await sweepOne(name, olderThanMs);
        total += count;
        if (count < SWEEP_BATCH) break;
      }
    }
    return total;
  };

  const tick = () => {
    sweeping = sweep().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'outbox sweep failed; it tries again');
      return 0;
    });
    void sweeping.then(() => {
      if (timer) timer = setTimeout(tick, SWEEP_EVERY_MS).unref();
    });
  };

  return {
    announce(announced) {
      if (publisher.waiting() > MAX_WAITING) return;
      for (const one of announced) publish(one).catch(() => undefined);
    },
    sweep,
    async idle() {
      await publisher.idle();
      await mark.idle();
    },
    start() {
      timer = setTimeout(tick, SWEEP_EVERY_MS).unref();
    },
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      await sweeping;
      await mark.idle();
    },
  };
}

/**
 * Removes outboxes of which all was published: the newest event is the one we published, and there are no more than we
 * published. Where an older event still waits, the sweep publishes the whole and marks it.
 */
async function unset(db: Db, marks: Mark[]): Promise<undefined[]> {
  for (const group of Map.groupBy(marks, (one) => `${one.collection} ${one.count}`).values()) {
    const [{ collection, count } = { collection: '', count: 0 }] = group;
    await db.collection<Stored>(collection).updateMany(
      {
        _id: { $in: group.map((one) => one.id) },
        'outbox.last': { $in: group.map((one) => one.last) }, // names one event alone, so no id can meet another's mark
        'outbox.events': { $size: count },
      },
      { $unset: { outbox: '' } },
      { writeConcern: { w: 1 } },
    );
  }
  return marks.map(() => undefined);
}
