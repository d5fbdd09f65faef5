import { type Db, fingerprint } from '@malipo/service-kit';

/** A sender and an address whose owner signed in from there, as one hash. */
type SenderDoc = { _id: string; userId: string; signedInAt: Date };

/** From where who signed in: guesses of others do not keep one out there. */
export function createSenderStore(db: Db) {
  const senders = db.collection<SenderDoc>('senders');
  const idOf = (email: string, sender: string) => fingerprint(`${email} ${sender}`);
  return {
    isKnown: async (email: string, sender: string): Promise<boolean> =>
      (await senders.countDocuments({ _id: idOf(email, sender) }, { limit: 1 })) > 0,
    note: async ({ id, email }: { id: string; email: string }, sender: string, at: Date): Promise<void> => {
      const set = { userId: id, signedInAt: at };
      await senders.updateOne({ _id: idOf(email, sender) }, { $set: set }, { upsert: true });
    },
  };
}
