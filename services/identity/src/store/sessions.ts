import type { ClientSession, Db } from '@malipo/service-kit';
import type { Session } from '../domain/session.ts';

type SessionDoc = Omit<Session, 'id'> & { _id: string };

export function createSessionStore(db: Db) {
  const sessions = db.collection<SessionDoc>('sessions');
  return {
    insert: async ({ id, ...rest }: Session): Promise<void> => {
      await sessions.insertOne({ _id: id, ...rest });
    },
    find: async (id: string): Promise<Session | undefined> => {
      const doc = await sessions.findOne({ _id: id });
      if (!doc) return undefined;
      const { _id, ...rest } = doc;
      return { id: _id, ...rest };
    },
    /** Replaces the current token by the next one; answers whether nobody was first. */
    rotate: async (id: string, next: string, previous: NonNullable<Session['previous']>): Promise<boolean> => {
      const { matchedCount } = await sessions.updateOne(
        { _id: id, tokenHash: previous.hash, endedAt: null },
        { $set: { tokenHash: next, previous } },
      );
      return matchedCount === 1;
    },
    end: async (id: string, at: Date): Promise<void> => {
      await sessions.updateOne({ _id: id, endedAt: null }, { $set: { endedAt: at } });
    },
    endAllOf: async (userId: string, at: Date, session?: ClientSession): Promise<void> => {
      await sessions.updateMany({ userId, endedAt: null }, { $set: { endedAt: at } }, session ? { session } : {});
    },
  };
}
