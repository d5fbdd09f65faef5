import type { Slice } from '@malipo/test-kit';
import { MongoClient, ObjectId } from 'mongodb';
import { baseConfig, readConfig } from '../src/config.ts';
import { connectMongo, type OutgoingEvent, outboxOf } from '../src/index.ts';
import { connectKafka } from '../src/kafka/connect.ts';
import { createDeadLetters } from '../src/kafka/dead-letters.ts';
import { createLogger } from '../src/logger.ts';
import { createMetrics } from '../src/metrics.ts';
import type { Count } from './counter-service.ts';

export { type OutgoingEvent, type Running, startService } from '../src/index.ts';

const withCounts = async <T>(
  slice: Slice,
  work: (counts: import('mongodb').Collection<Count>) => Promise<T>,
): Promise<T> => {
  const client = await new MongoClient(slice.mongoUrl).connect();
  try {
    return await work(client.db(`${slice.dbPrefix}counter`).collection<Count>('counts'));
  } finally {
    await client.close();
  }
};

/** What the service has stored for a name. */
export const derivedCount = (slice: Slice, name: string): Promise<number | undefined> =>
  withCounts(slice, async (counts) => (await counts.findOne({ _id: name }))?.total);

/** What is not announced yet, as a sweep sees it: a deletion counts once a majority has it. */
async function waitingRows(slice: Slice) {
  const client = await new MongoClient(slice.mongoUrl).connect();
  const outbox = outboxOf(client.db(`${slice.dbPrefix}counter`));
  const rows = await outbox.find({}, { readConcern: { level: 'majority' } }).toArray();
  await client.close();
  return rows;
}

/** How many commits are not announced yet. */
export const unannounced = async (slice: Slice): Promise<number> => (await waitingRows(slice)).length;

/** How many events of theirs wait. */
export const unannouncedEvents = async (slice: Slice): Promise<number> =>
  (await waitingRows(slice)).flatMap(({ events }) => events).length;

/** A commit as a process leaves it that died before it published. */
export const leaveUnannounced = (slice: Slice, ...events: OutgoingEvent[]) => leaveDated(slice, -10, ...events);

/** As such a process dates it whose clock goes so many seconds ahead of ours. */
export async function leaveDated(slice: Slice, seconds: number, ...events: OutgoingEvent[]): Promise<void> {
  const client = await new MongoClient(slice.mongoUrl).connect();
  const outbox = outboxOf(client.db(`${slice.dbPrefix}counter`));
  const then = ObjectId.createFromTime(Math.floor(Date.now() / 1000) + seconds).toHexString();
  await outbox.insertOne({ _id: new ObjectId(then.slice(0, 8) + new ObjectId().toHexString().slice(8)), events });
  await client.close();
}

/** From now on the database takes no row of the outbox with fewer events; 0 takes all. */
export async function refuseRowsBelow(slice: Slice, events: number): Promise<void> {
  const client = await new MongoClient(slice.mongoUrl).connect();
  const validator = events > 0 ? { [`events.${events - 1}`]: { $exists: true } } : {};
  await client.db(`${slice.dbPrefix}counter`).command({ collMod: 'outbox', validator });
  await client.close();
}

/** An answer as it was kept before headers were. */
export async function forgetKeptHeaders(slice: Slice, key: string): Promise<void> {
  const client = await new MongoClient(slice.mongoUrl).connect();
  const kept = client.db(`${slice.dbPrefix}counter`).collection('idempotency_keys');
  await kept.updateOne({ _id: { $regex: `:${key}$` } as never }, { $unset: { headers: 1 } });
  await client.close();
}

/** A member of its own parks an event, as one does that slept while others took its partitions and worked it off. */
export async function parkedByAnother(slice: Slice, event: OutgoingEvent, subject: string): Promise<void> {
  const config = readConfig('counter', baseConfig, slice.env());
  const mongo = connectMongo(slice.mongoUrl, `${slice.dbPrefix}counter`);
  const [kafka, log] = [connectKafka(config, 'counter'), createLogger('counter', 'silent')];
  const office = createDeadLetters({ service: 'counter', db: mongo.db, kafka, log, metrics: createMetrics('counter') });
  const [key, value] = [Buffer.from(event.key), Buffer.from(event.value)];
  const message = { key, value, headers: {}, offset: '1000000', timestamp: Date.now() };
  await office
    .of('main')
    .park({ topic: kafka.named(event.topic), partition: 0, message }, subject, 'it slept', 'slept');
  await Promise.all([office.close(), mongo.close()]);
}
