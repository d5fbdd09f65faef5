import type { Collection, Db } from 'mongodb';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { KafkaConnection } from './connect.ts';
import type { RawMessage } from './message.ts';
import { createRawSender } from './raw-sender.ts';
import { addressOf, discardedFor, noteId, originOf, replayedFor, toLetter } from './replay.ts';
import { createWaitingLine, type WaitingLine } from './waiting-line.ts';

export type Turn = 'now' | 'park' | 'leave';

/** What is known of the messages before one in its slice: replays that go `ahead`, subjects of which one is to be parked. */
export type SliceSoFar = { ahead: Set<string>; held: Set<string> };

/** The dead letters of one subscription. Calls come from its one lane, one after the other. */
export type DeadLetters = {
  /**
   * Brings what is known to be parked up to date, if partitions were assigned since, or one of these messages is a replay
   * of what is not known here: a member that slept may have parked it after others had taken its partitions.
   */
  refresh(raws: readonly RawMessage[]): Promise<void>;
  /** Partitions came: other members may have parked about their subjects, or worked off what waited. */
  assigned(): void;
  /** Is this a replay for another subscription, which has nothing to do here? */
  isForAnother(raw: RawMessage): boolean;
  /**
   * May this message be worked off now? `now`, given that what is `ahead` of it in the slice goes first; `park`: an
   * earlier one about its subject waits or is to, so it waits behind it; `leave`: a replay that is settled or not yet first
   * in line. A replay that may go on is added to `ahead`.
   */
  turnOf(raw: RawMessage, subject: string, slice: SliceSoFar): Turn;
  /** Parks one message with its reason; resolves when the dead-letter topic and the note are written. */
  park(raw: RawMessage, subject: string | null, reason: string, code: string): Promise<void>;
  /** Has a person given this message up? Then it is forgotten and not worked off. */
  isDiscarded(raw: RawMessage): boolean;
  /** Replayed messages among these were worked off, or given up, and wait no more. */
  forgetReplayed(raws: readonly RawMessage[]): Promise<void>;
};

/** A parked message in the service's database; `letter` is its offset in the dead-letter topic: its place in line. */
export type ParkingNote = {
  _id: string;
  group: string;
  subject: string | null;
  letter: number;
  reason: string;
  code: string;
  at: Date;
  /** Given up by a person: it waits no more, and the note says why. */
  discarded?: { why: string; at: Date };
};

export const PARKING_NOTES = 'parked';
/** Forgets what waits for subscriptions that nobody runs any more: no replay, and no word of a person, would reach them. */
export async function forgetParked(db: Db, groups: readonly string[]): Promise<void> {
  await db.collection<ParkingNote>(PARKING_NOTES).deleteMany({ group: { $in: groups } });
}

const STILL_WAITING = { discarded: { $exists: false } } as const;
const BEHIND = 'behind_parked';

type Options = { service: string; db: Db; kafka: KafkaConnection; log: Logger; metrics: Metrics };

export type DeadLetterOffice = { of(group: string): DeadLetters; close(): Promise<void> };

/**
 * A poison message is parked alone; later events about the same subject wait behind it, the organisation does not. Replays
 * come back through the original topic with the name of the subscription that they are for, in the order of their parking.
 */
export function createDeadLetters({ service, db, kafka, log, metrics }: Options): DeadLetterOffice {
  const sender = createRawSender(kafka);
  const send: Send = (raw, about) => sender.send(kafka.named(`${service}.dlq`), toLetter(raw, about));
  const notes = db.collection<ParkingNote>(PARKING_NOTES);
  const counter = metrics.counter('malipo_dead_letters_total', 'messages parked', ['code']);
  const waiting = metrics.gauge('malipo_dead_letters_waiting', 'parked messages that this member knows of', ['group']);
  return {
    of: (group) => {
      const line = createWaitingLine();
      const show = () => waiting.set({ group }, line.size());
      const context = { service, group, notes, line, log, send, show };
      return { ...turns(context), ...parking(context, counter) };
    },
    close: () => sender.close(),
  };
}

type Send = (raw: RawMessage, about: Parameters<typeof toLetter>[1]) => Promise<number>;

type Context = {
  service: string;
  group: string;
  notes: Collection<ParkingNote>;
  line: WaitingLine;
  log: Logger;
  send: Send;
  show(): void;
};

const idOf = (group: string, raw: RawMessage): string => noteId(group, originOf(raw));

function turns({ service, group, notes, line, show }: Context) {
  const ours = addressOf(service, group);
  const isUnknownReplay = (raw: RawMessage) => replayedFor(raw) === ours && !line.has(idOf(group, raw));
  let stale = true;
  return {
    assigned() {
      stale = true;
    },
    async refresh(raws: readonly RawMessage[]) {
      if (!stale && !raws.some(isUnknownReplay)) return;
      stale = false;
      try {
        const found = await notes
          .find({ group, ...STILL_WAITING })
          .sort({ letter: 1 })
          .toArray();
        line.reset(found.map(({ _id, subject }) => ({ id: _id, subject })));
      } catch (error) {
        stale = true;
        throw error;
      }
      show();
    },
    isForAnother: (raw: RawMessage) => (replayedFor(raw) ?? ours) !== ours,
    isDiscarded: (raw: RawMessage) => discardedFor(raw) !== undefined,
    turnOf(raw: RawMessage, subject: string, { ahead, held }: SliceSoFar): Turn {
      const isReplay = replayedFor(raw) !== undefined;
      if (!isReplay && held.has(subject)) return 'park';
      if (!isReplay && line.size() === 0) return 'now';
      const id = idOf(group, raw);
      if (isReplay && !line.has(id)) return 'leave';
      const blocked = line.before(subject, isReplay ? id : '').some((other) => !ahead.has(other));
      if (blocked) return isReplay ? 'leave' : 'park';
      if (isReplay) ahead.add(id);
      return 'now';
    },
  };
}

function parking({ group, notes, line, log, send, show }: Context, counter: { inc(labels: { code: string }): void }) {
  return {
    async park(raw: RawMessage, subject: string | null, reason: string, code: string) {
      const { topic, partition, offset } = originOf(raw);
      const at = new Date();
      const letter = await send(raw, { group, reason, code, at });
      const first = { group, subject, letter };
      const why = { reason, code, at };
      // what comes again keeps its place, and waiting behind others does not hide why it was parked itself
      const update = code === BEHIND ? { $setOnInsert: { ...first, ...why } } : { $setOnInsert: first, $set: why };
      await notes.updateOne({ _id: idOf(group, raw) }, { ...update, $unset: { discarded: '' } }, { upsert: true });
      line.add(idOf(group, raw), subject);
      counter.inc({ code });
      show();
      log.error({ topic, partition, offset, group, code, reason }, 'message parked');
    },
    async forgetReplayed(raws: readonly RawMessage[]) {
      const replayed = raws.filter((raw) => replayedFor(raw) !== undefined);
      if (replayed.length === 0) return;
      const given = replayed.filter((raw) => discardedFor(raw) !== undefined);
      const done = replayed.filter((raw) => discardedFor(raw) === undefined).map((raw) => idOf(group, raw));
      if (done.length > 0) await notes.deleteMany({ _id: { $in: done } });
      for (const raw of given) await noteDiscarded(notes, idOf(group, raw), discardedFor(raw) ?? '');
      for (const raw of replayed) line.remove(idOf(group, raw));
      show();
      if (done.length > 0) log.info({ group, count: done.length }, 'replayed messages worked off');
      for (const raw of given)
        log.warn({ ...originOf(raw), group, why: discardedFor(raw) }, 'parked message discarded');
    },
  };
}

const noteDiscarded = (notes: Collection<ParkingNote>, _id: string, why: string) =>
  notes.updateOne({ _id, ...STILL_WAITING }, { $set: { discarded: { why, at: new Date() } } });
