import { type ClientSession, type Db, ObjectId } from 'mongodb';
import type { Envelope, OutgoingEvent } from '../event.ts';
import type { Migration } from '../migrations.ts';

/** Events of one commit that wait to be published. The id holds when it was made, so that no index is needed beside it. */
export type OutboxRow = { _id: ObjectId; events: StoredEvent[] };

/** What cannot be read out of the message itself. */
type StoredEvent = { topic: string; value: string; traceparent?: string };

export const toRow = (events: readonly OutgoingEvent[], _id = new ObjectId()): OutboxRow => ({
  _id,
  events: events.map(({ topic, value, traceparent }) => ({ topic, value, ...(traceparent ? { traceparent } : {}) })),
});

/** The events of a row that somebody else left. */
export const eventsIn = ({ events }: OutboxRow): OutgoingEvent[] =>
  events.map(({ topic, value, traceparent }) => {
    const { id, type, organisationId } = JSON.parse(value) as Envelope;
    return { id, type, topic, key: organisationId, value, traceparent: traceparent ?? null };
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
