import { type ClientSession, type Db, ObjectId } from 'mongodb';
import { AppError } from '../errors.ts';
import type { OutgoingEvent } from '../event.ts';
import type { Message } from '../kafka/publisher.ts';
import type { Migration } from '../migrations.ts';

/** Events of one commit that wait to be published. The id holds when it was made, so that no index is needed beside it. */
export type OutboxRow = { _id: ObjectId; events: Message[] };

/** Brokers take a mebibyte at once unless they are told otherwise (`message.max.bytes`), with what goes around an event. */
const LARGEST_EVENT = 1_000_000;

/** @throws {AppError} event_too_large */
export function assertTakeable({ type, value }: OutgoingEvent): void {
  const bytes = Buffer.byteLength(value);
  if (bytes > LARGEST_EVENT)
    throw new AppError(
      'too_large',
      'event_too_large',
      `${type} would have ${bytes} bytes, of ${LARGEST_EVENT} that Kafka takes; change less at once`,
    );
}

/** Id and type are in the message's text. */
export const toRow = (events: readonly OutgoingEvent[]): OutboxRow => ({
  _id: new ObjectId(),
  events: events.map(({ id: _, type: __, ...message }) => message),
});

/** What a change writes through: its stores take the session, and what it tells is written and published with it. */
export type Tx = {
  session: ClientSession;
  /**
   * Events that announce the change. They are stored by its commit or not at all.
   * @throws {AppError} event_too_large: Kafka would never take it, and nobody would hear of the change
   */
  tell(...events: readonly OutgoingEvent[]): void;
};

const OUTBOX = 'outbox';

export const outboxOf = (db: Db) => db.collection<OutboxRow>(OUTBOX);

export const outboxMigration: Migration = {
  name: '000-outbox',
  // a transaction that has to create its collection conflicts with others that do the same
  up: async (db) => void (await db.createCollection(OUTBOX)),
};
