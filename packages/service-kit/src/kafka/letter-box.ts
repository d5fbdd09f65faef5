import { Admin, Consumer } from '@platformatic/kafka';
import { pause, within } from '../clock.ts';
import { type BaseConfig, baseConfig, readConfig } from '../config.ts';
import { createLogger } from '../logger.ts';
import { connectMongo } from '../mongo.ts';
import { connectKafka, type KafkaConnection } from './connect.ts';
import { PARKING_NOTES, type ParkingNote } from './dead-letters.ts';
import type { Batch } from './message.ts';
import { EARLIEST, LATEST, type Positions } from './positions.ts';
import { createRawSender } from './raw-sender.ts';
import { createReader, type Reader } from './reader.ts';
import { type Letter, noteId, readLetter, toDiscard, toReplay, type WaitingLetter } from './replay.ts';

/** A dead letter with what its service knows about it now. */
export type ShownLetter = WaitingLetter & { waiting: boolean; discarded?: { why: string; at: Date } };

/** The dead letters of every service, for whoever looks after them. */
export type LetterBox = {
  /** The newest letter of every parked message, in the order of parking; worked-off ones are not `waiting`. */
  list(): Promise<ShownLetter[]>;
  /** Sends letters to their original topics again, in the order given. @param rate letters a second, at most */
  replay(letters: readonly Letter[], rate: number): Promise<void>;
  /** Gives letters up: nobody works them off, and what waits behind them waits for them no more. @param why kept with them */
  discard(letters: readonly Letter[], why: string): Promise<void>;
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
  const kafka = connectKafka(config, 'dead-letters');
  const sender = createRawSender(kafka);
  const notes = openNotes(config);
  return {
    async list() {
      const all: ShownLetter[] = [];
      for (const [service, letters] of Map.groupBy(await readAll(kafka), (letter) => letter.service))
        all.push(...shown(letters, await notes.of(service)));
      return all.sort((one, other) => one.service.localeCompare(other.service) || one.place - other.place);
    },
    async replay(letters, rate) {
      for (const letter of letters) {
        await sender.send(letter.origin.topic, toReplay(letter));
        await pause(1_000 / rate);
      }
    },
    async discard(letters, why) {
      for (const letter of letters) await sender.send(letter.origin.topic, toDiscard(letter, why));
    },
    async stillWaiting(letters) {
      let count = 0;
      for (const [service, group] of Map.groupBy(letters, (letter) => letter.service)) {
        const waiting = await notes.of(service);
        count += group.filter((letter) => isWaiting(waiting.get(noteId(letter.group, letter.origin)))).length;
      }
      return count;
    },
    async close() {
      await Promise.all([sender.close(), notes.close()]);
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

const isWaiting = (note: ParkingNote | undefined): boolean => note !== undefined && !note.discarded;

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
      waiting: isWaiting(note),
      ...(note?.discarded ? { discarded: note.discarded } : {}),
    };
  });
}

async function readAll(kafka: KafkaConnection): Promise<Placed[]> {
  const prefix = kafka.named('');
  const topics = await ourTopics(kafka, prefix);
  if (topics.length === 0) return [];
  // it never joins: a group would have to be taken away again
  const consumer = new Consumer({ ...kafka.settings, groupId: kafka.named('dead-letters') });
  const reader = createReader(kafka, consumer, createLogger('dead-letters', 'silent'), () => undefined);
  consumer.topics.trackAll(...topics);
  try {
    const first = await consumer.listOffsets({ topics: [...topics], timestamp: EARLIEST });
    const end = await consumer.listOffsets({ topics: [...topics], timestamp: LATEST });
    return await readUntil(reader, placesOf(first), placesOf(end), prefix);
  } finally {
    await Promise.all([consumer.close(true), reader.close()]);
  }
}

async function ourTopics(kafka: KafkaConnection, prefix: string): Promise<string[]> {
  const admin = new Admin(kafka.settings);
  try {
    // without a prefix of our own, names with a dot before the suffix are somebody else's, who has one
    const isOurs = (topic: string) =>
      topic.startsWith(prefix) && /^[a-z][a-z-]*\.dlq$/.test(topic.slice(prefix.length));
    return (await admin.listTopics()).filter(isOurs);
  } finally {
    await admin.close();
  }
}

const placesOf = (offsets: ReadonlyMap<string, readonly bigint[]>): Positions =>
  new Map([...offsets].map(([topic, all]) => [topic, new Map(all.map((offset, index) => [index, Number(offset)]))]));

/** Reads from `start`, which moves along, until all that lay before `end` is read. */
async function readUntil(reader: Reader, start: Positions, end: Positions, prefix: string): Promise<Placed[]> {
  const letters: Placed[] = [];
  const done = new AbortController();
  const isRead = () =>
    [...end].every(([topic, ends]) => [...ends].every(([one, to]) => (start.get(topic)?.get(one) ?? 0) >= to));
  if (isRead()) return letters;
  const take = async (batches: Batch[]) => {
    for (const batch of batches) {
      letters.push(...placedOf(batch, prefix));
      start.get(batch.topic)?.set(batch.partition, batch.next);
    }
    if (isRead()) done.abort();
  };
  await within(READ_MS, reader.readOn({ positions: start, take, signal: done.signal }), () => {
    done.abort();
    return new Error('the dead-letter topics could not be read in time');
  });
  return letters;
}

function placedOf({ topic, partition, messages }: Batch, prefix: string): Placed[] {
  const service = topic.slice(prefix.length, -SUFFIX.length);
  return messages.flatMap(({ message }) => {
    const letter = readLetter(service, message);
    return letter
      ? [{ ...letter, id: `${service}/${partition}/${message.offset}`, place: Number(message.offset) }]
      : [];
  });
}
