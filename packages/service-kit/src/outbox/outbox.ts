import { type ClientSession, type Db, ObjectId } from 'mongodb';
import type { OutgoingEvent } from '../event.ts';
import type { Message } from '../kafka/publisher.ts';
import type { Migration } from '../migrations.ts';

/** Events of one commit that wait to be published. The id holds when it was made, so that no index is needed beside it. */
export type OutboxRow = { _id: ObjectId; events: Message[] };

/** Id and type are in the message's text. */
export const toRow = (events: readonly OutgoingEvent[]): OutboxRow => ({
  _id: new ObjectId(),
  events: events.map(({ id: _, type: __, ...message }) => message),
});

/** What a change writes through: its stores take the session, and what it tells is written and published with it. */
export type Tx = {
  session: ClientSession;
  /** Events that announce the change. They are stored by its commit or not at all. */
  tell(...events: readonly OutgoingEvent[]): void;
};

const OUTBOX = 'outbox';

export const outboxOf = (db: Db) => db.collection<OutboxRow>(OUTBOX);

export const outboxMigration: Migration = {
  name: '000-outbox',
  // a transaction that has to create its collection conflicts with others that do the same
  up: async (db) => void (await db.createCollection(OUTBOX)),
};
