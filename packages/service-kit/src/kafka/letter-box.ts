import type { Admin, Consumer, EachBatchPayload } from 'kafkajs';
import { pause, within } from '../clock.ts';
import { type BaseConfig, baseConfig, readConfig } from '../config.ts';
import { createLogger } from '../logger.ts';
import { connectMongo } from '../mongo.ts';
import { connectKafka, type KafkaConnection } from './connect.ts';
import { PARKING_NOTES, type ParkingNote } from './dead-letters.ts';
import { type Letter, noteId, readLetter, toReplay, type WaitingLetter } from './replay.ts';

/** A dead letter with what its service knows about it now. */
export type ShownLetter = WaitingLetter & { waiting: boolean };

/** The dead letters of every service, for whoever looks after them. */
export type LetterBox = {
  /** The newest letter of every parked message, in the order of parking; worked-off ones are not `waiting`. */
  list(): Promise<ShownLetter[]>;
  /** Sends letters to their original topics again, in the order given. @param rate letters a second, at most */
  replay(letters: readonly Letter[], rate: number): Promise<void>;
  /** How many of these still wait? */
  stillWaiting(letters: readonly WaitingLetter[]): Promise<number>;
  close(): Promise<void>;
};

const READ_MS = 60_000;
const SUFFIX = '.dlq';

/**
 * Opens the dead letters of a running stack.
 * @param env the kit's own settings: where MongoDB and Kafka are, and the prefixes
 */
export async function openLetterBox(env: Record<string, string | undefined>): Promise<LetterBox> {
  const config: BaseConfig = readConfig('dead-letters', baseConfig, env);
  const kafka = connectKafka(config, 'dead-letters', createLogger('dead-letters', 'silent'));
  const admin = kafka.client.admin();
  const producer = kafka.client.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  const notes = openNotes(config);
  await Promise.all([admin.connect(), producer.connect()]);
  return {
    async list() {
      const all: ShownLetter[] = [];
      for (const [service, letters] of Map.groupBy(await readAll(kafka, admin), (letter) => letter.service))
        all.push(...shown(letters, await notes.of(service)));
      return all.sort((one, other) => one.service.localeCompare(other.service) || one.place - other.place);
    },
    async replay(letters, rate) {
      for (const letter of letters) {
        await producer.send({ topic: letter.origin.topic, acks: -1, messages: [toReplay(letter)] });
        await pause(1_000 / rate);
      }
    },
    async stillWaiting(letters) {
      let count = 0;
      for (const [service, group] of Map.groupBy(letters, (letter) => letter.service)) {
        const waiting = await notes.of(service);
        count += group.filter((letter) => waiting.has(noteId(letter.group, letter.origin))).length;
      }
      return count;
    },
    async close() {
      await Promise.all([admin.disconnect(), producer.disconnect(), notes.close()]);
    },
  };
}

type Placed = Letter & { id: string; place: number };

/** The parking notes of each service, by id; one connection per service that has letters. */
function openNotes(config: BaseConfig) {
  const open = new Map<string, ReturnType<typeof connectMongo>>();
  return {
    async of(service: string): Promise<Map<string, ParkingNote>> {
      const mongo = open.get(service) ?? connectMongo(config.MALIPO_MONGO_URL, `${config.MALIPO_DB_PREFIX}${service}`);
      open.set(service, mongo);
      const all = await mongo.db.collection<ParkingNote>(PARKING_NOTES).find().toArray();
      return new Map(all.map((note) => [note._id, note]));
    },
    close: () => Promise.all([...open.values()].map((mongo) => mongo.close())),
  };
}

/** One line per parked message: its newest letter, at the place of its first. */
function shown(letters: readonly Placed[], notes: ReadonlyMap<string, ParkingNote>): ShownLetter[] {
  const newest = new Map<string, Placed>();
  for (const letter of letters) newest.set(noteId(letter.group, letter.origin), letter);
  return [...newest].map(([key, letter]) => {
    const note = notes.get(key);
    return {
      ...letter,
      reason: note?.reason ?? letter.reason,
      code: note?.code ?? letter.code,
      subject: note?.subject ?? null,
      place: note?.letter ?? letter.place,
      waiting: note !== undefined,
    };
  });
}

async function readAll(kafka: KafkaConnection, admin: Admin): Promise<Placed[]> {
  const prefix = kafka.named('');
  // without a prefix of our own, names with a dot before the suffix are somebody else's, who has one
  const isOurs = (topic: string) => topic.startsWith(prefix) && /^[a-z][a-z-]*\.dlq$/.test(topic.slice(prefix.length));
  const topics = (await admin.listTopics()).filter(isOurs);
  const ends = await endsOf(admin, topics);
  if (ends.size === 0) return [];
  const groupId = kafka.named(`dead-letters-${crypto.randomUUID()}`);
  const consumer = kafka.client.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 50 });
  await consumer.connect();
  try {
    const late = () => new Error('the dead-letter topics could not be read in time');
    return await within(READ_MS, collect(consumer, ends, prefix), late);
  } finally {
    await consumer.disconnect();
    // one that the broker still counts as joined expires by itself
    await admin.deleteGroups([groupId]).catch(() => undefined);
  }
}

/** Where reading each partition ends; empty ones are left out. */
async function endsOf(admin: Admin, topics: readonly string[]): Promise<Map<string, number>> {
  const ends = new Map<string, number>();
  for (const topic of topics)
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      if (Number(high) > Number(low)) ends.set(`${topic}/${partition}`, Number(high));
  return ends;
}

async function collect(consumer: Consumer, ends: Map<string, number>, prefix: string): Promise<Placed[]> {
  const letters: Placed[] = [];
  const left = new Set(ends.keys());
  const topics = new Set([...left].map((key) => key.slice(0, key.lastIndexOf('/'))));
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  return new Promise((resolve, reject) => {
    const eachBatch = async ({ batch }: EachBatchPayload) => {
      letters.push(...placedOf(batch, prefix));
      const key = `${batch.topic}/${batch.partition}`;
      if (Number(batch.lastOffset()) + 1 >= (ends.get(key) ?? 0)) left.delete(key);
      if (left.size === 0) resolve(letters);
    };
    consumer.run({ autoCommit: false, eachBatch }).catch(reject);
  });
}

function placedOf({ topic, partition, messages }: EachBatchPayload['batch'], prefix: string): Placed[] {
  const service = topic.slice(prefix.length, -SUFFIX.length);
  return messages.flatMap((message) => {
    const letter = readLetter(service, message);
    return letter
      ? [{ ...letter, id: `${service}/${partition}/${message.offset}`, place: Number(message.offset) }]
      : [];
  });
}
