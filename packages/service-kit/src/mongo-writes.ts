import { type ClientSession, type Collection, type Document, type Filter, MongoServerError } from 'mongodb';

/** A change of one document, found by `filter`; a document instead of operators replaces it. */
export type Update<Doc extends Document> = { filter: Filter<Doc>; update: Document; upsert?: boolean };

/** A command has room for 16 MiB, and documents that are written by the hundred are a few KiB each. */
const MAX_PER_COMMAND = 500;

/**
 * Inserts documents in a transaction, by the plain command: the driver's bulk writer measures every document before it
 * sends it, which costs as much as sending it.
 * @throws {MongoServerError} with its code; within a transaction one error fails all
 */
export async function insertAll<Doc extends Document>(
  collection: Collection<Doc>,
  documents: readonly Doc[],
  session: ClientSession,
): Promise<void> {
  for (const part of parts(documents))
    await write(collection, { insert: collection.collectionName, documents: part }, session);
}

/**
 * Updates documents in a transaction, one for each entry, by the plain command.
 * @returns how many were found
 * @throws {MongoServerError} with its code; within a transaction one error fails all
 */
export async function updateAll<Doc extends Document>(
  collection: Collection<Doc>,
  updates: readonly Update<Doc>[],
  session: ClientSession,
): Promise<number> {
  let found = 0;
  for (const part of parts(updates)) {
    const statements = part.map(({ filter, update, upsert }) => ({
      q: filter,
      u: update,
      ...(upsert ? { upsert } : {}),
    }));
    const answer = await write(collection, { update: collection.collectionName, updates: statements }, session);
    found += Number(answer['n']) - (answer['upserted']?.length ?? 0);
  }
  return found;
}

type Target = Pick<Collection, 'db'>;

async function write({ db }: Target, command: Document, session: ClientSession): Promise<Document> {
  const answer = await db.command(command, { session, ignoreUndefined: true });
  const [error] = answer['writeErrors'] ?? [];
  if (error) throw new MongoServerError(error);
  return answer;
}

function* parts<T>(items: readonly T[]): Generator<T[]> {
  for (let from = 0; from < items.length; from += MAX_PER_COMMAND) yield items.slice(from, from + MAX_PER_COMMAND);
}
