import type { Db } from '@malipo/service-kit';

type ReaderDoc = { _id: string; isFresh: boolean; at: Date };

/** Whoever said nothing for so long may have stopped in the middle of its work. */
const SILENT_MS = 3_000;

const LATE = {
  $or: [{ isFresh: false }, { $expr: { $lt: ['$at', { $subtract: ['$$NOW', SILENT_MS] }] } }],
};

/**
 * How far each process is with our copies of what others told. A process hears of its own partitions only, so that none
 * knows by itself whether the copy of an organisation is up to date. Times are the database's.
 */
export function createProjectionReaders(db: Db) {
  const readers = db.collection<ReaderDoc>('projection_readers');
  return {
    async tell(id: string, isFresh: boolean): Promise<void> {
      await readers.updateOne({ _id: id }, { $set: { isFresh }, $currentDate: { at: true } }, { upsert: true });
    },
    /** It gave its partitions to others. Who ends without a word counts as late until its row expires. */
    async forget(id: string): Promise<void> {
      await readers.deleteOne({ _id: id });
    },
    allFresh: async (timeoutMs: number): Promise<boolean> =>
      (await readers.findOne(LATE, { projection: { _id: 1 }, maxTimeMS: timeoutMs })) === null,
  };
}

export type ProjectionReaders = ReturnType<typeof createProjectionReaders>;
