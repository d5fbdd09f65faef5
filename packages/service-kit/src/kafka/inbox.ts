import type { Migration } from '../migrations.ts';
import type { Mongo } from '../mongo.ts';
import type { Tx } from '../outbox/outbox.ts';
import type { Relay } from '../outbox/relay.ts';
import type { Received } from './received.ts';

type Seen = { _id: string; at: Date };

/**
 * Effect and inbox in one transaction: known events are dropped, the rest's effects and their ids are written together.
 * For handlers whose own documents cannot tell a repeat; a service that uses it puts `inboxMigration` among its own.
 */
export function withInbox(mongo: Mongo, relay: Relay, handle: (slice: readonly Received[], tx: Tx) => Promise<void>) {
  const inbox = mongo.db.collection<Seen>('inbox');
  return (slice: readonly Received[]): Promise<void> =>
    relay.commit(async (tx) => {
      const { session } = tx;
      const ids = slice.map((event) => event.id);
      const known = new Set(
        await inbox
          .find({ _id: { $in: ids } }, { session })
          .map((seen) => seen._id)
          .toArray(),
      );
      const fresh = slice.filter((event, index) => !known.has(event.id) && ids.indexOf(event.id) === index);
      if (fresh.length === 0) return;
      await handle(fresh, tx);
      await inbox.insertMany(
        fresh.map((event) => ({ _id: event.id, at: new Date() })),
        { session },
      );
    });
}

/** Seen ids are kept for as long as an event could still be repeated. */
export const inboxMigration: Migration = {
  name: '000-inbox',
  up: async (db) => {
    await db.collection('inbox').createIndex({ at: 1 }, { name: 'expiry', expireAfterSeconds: 30 * 24 * 3600 });
  },
};
