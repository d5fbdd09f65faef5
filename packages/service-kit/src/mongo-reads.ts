import {
  type ClientSession,
  type Collection,
  type Document,
  type Filter,
  MongoNetworkError,
  MongoServerError,
  type WithId,
} from 'mongodb';

export type ReadOptions = { projection?: Document; session?: ClientSession };

/**
 * Reads the documents that have these ids, in no order, by the plain command: one round trip however many there are, where a
 * cursor asks a second time after the first 101 and hands documents out one by one, which costs as much as the rest of the
 * reading. Nothing is asked where there are no ids. Where the connection is lost, or the server asks for another try, a
 * cursor reads once more; within a transaction that is the transaction's to decide.
 */
export async function findByIds<Doc extends Document & { _id: string }>(
  collection: Collection<Doc>,
  ids: Iterable<string>,
  options: ReadOptions = {},
): Promise<WithId<Doc>[]> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return [];
  const filter = { _id: { $in: wanted } } as Filter<Doc>;
  const command = {
    find: collection.collectionName,
    filter,
    // one more than there can be, so that the server knows that this is the end
    batchSize: wanted.length + 1,
    ...(options.projection ? { projection: options.projection } : {}),
    ...readConcernOf(collection, options.session),
  };
  const answer = await collection.db
    .command(command, options.session ? { session: options.session } : {})
    .catch((error: unknown) => {
      if (options.session?.inTransaction() || !isWorthAnotherTry(error)) throw error;
    });
  if (String(answer?.cursor.id) === '0') return answer?.cursor.firstBatch;
  return collection.find(filter, options).toArray();
}

/** The driver tries reads of its cursors again, but no plain commands. A server's plain "no" stays a "no" the second time. */
const isWorthAnotherTry = (error: unknown): boolean =>
  error instanceof MongoNetworkError || error instanceof MongoServerError;

/** A transaction has its own. */
const readConcernOf = <Doc extends Document>({ readConcern }: Collection<Doc>, session: ClientSession | undefined) =>
  session?.inTransaction() || !readConcern ? {} : { readConcern: readConcern.toJSON() };
