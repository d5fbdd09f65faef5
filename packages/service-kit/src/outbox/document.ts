import type { OutgoingEvent } from '../event.ts';

/**
 * The outbox lives in the document whose change it announces: one atomic write holds both, and no transaction is needed.
 * `last` is the newest waiting event: the relay removes the outbox only while it holds exactly what was published.
 * @see docs/adr/0002-outbox-inside-the-document.md
 */
export type Outbox = { at: Date; last: string; events: OutgoingEvent[] };

/** A document that may carry an outbox. */
export type WithOutbox = { outbox?: Outbox };

/** For an insert: `{ ...payment, ...carrying(events, now) }`. */
export const carrying = (events: readonly OutgoingEvent[], at: Date): WithOutbox => {
  const last = events.at(-1);
  return last ? { outbox: { at, last: last.id, events: [...events] } } : {};
};

/** For an update: merge `$set` and `$push` into the operators of the change that the events announce. */
export function appending(events: readonly OutgoingEvent[], at: Date) {
  const last = events.at(-1);
  if (!last) return { $set: {}, $push: {} };
  return { $set: { 'outbox.at': at, 'outbox.last': last.id }, $push: { 'outbox.events': { $each: [...events] } } };
}

/** The index that the sweep reads: only documents with something to publish are in it. */
export const outboxIndex = { key: { 'outbox.at': 1 as const }, name: 'outbox', sparse: true };
