import { randomUUID } from 'node:crypto';
import { type Collection, type Db, type Document, type IndexDescription, MongoServerError } from 'mongodb';
import { pause } from './clock.ts';
import { isDuplicateKey } from './errors.ts';
import { lapsed } from './lapsed.ts';
import type { Logger } from './logger.ts';

/**
 * A step that brings the database forward; its name is its identity and its order, `001-payments`. Never edited once
 * landed, and safe to repeat: a process may die in the middle of it.
 */
export type Migration = { name: string; up: (db: Db) => Promise<void> };

const LOCK_MS = 30_000;

/**
 * Runs what has not run yet, in order of name. Several replicas may start at once: one takes the lock, the others wait.
 * Steps that only a later version knows are told of and left: an earlier one goes on beside it, or in its place.
 * @param lockMs so long a lock outlives the process that held it
 * @see docs/upgrading.md
 */
export async function migrate(db: Db, migrations: readonly Migration[], log: Logger, lockMs = LOCK_MS): Promise<void> {
  const done = db.collection<Done>('migrations');
  const ordered = [...migrations].sort((a, b) => a.name.localeCompare(b.name));
  for (const migration of ordered) {
    if (await done.findOne({ _id: migration.name })) continue;
    await withLock(db, lockMs, async () => {
      if (await done.findOne({ _id: migration.name })) return;
      await migration.up(db);
      // who slept past its lock may find it done by another
      await done.updateOne({ _id: migration.name }, { $setOnInsert: { at: new Date() } }, { upsert: true });
      log.info({ migration: migration.name }, 'migration done');
    });
  }
  await tellLater(done, ordered, log);
}

type Done = { _id: string; at: Date };

/** Names what was done after all that is known here. What is older is a step that versions from then on do without. */
async function tellLater(done: Collection<Done>, known: readonly Migration[], log: Logger): Promise<void> {
  const names = new Set(known.map(({ name }) => name));
  const rows = await done.find({}, { sort: { at: 1, _id: 1 } }).toArray();
  const steps = rows.slice(rows.findLastIndex(({ _id }) => names.has(_id)) + 1).map(({ _id }) => _id);
  if (steps.length === 0) return;
  const what = 'a later version brought the database further than this one knows; see docs/upgrading.md on going back';
  log.warn({ database: done.dbName, steps }, what);
}

type Lock = { _id: string; owner: string; until: Date };

/** Holds the lock, and renews it, for as long as the work takes. */
async function withLock(db: Db, lockMs: number, work: () => Promise<void>): Promise<void> {
  const locks = db.collection<Lock>('locks');
  const own = { _id: 'migrations', owner: randomUUID() };
  const until = () => new Date(Date.now() + lockMs);
  await take(locks, own, lockMs);
  const renewal = setInterval(() => {
    // a renewal that fails leaves the time until the lock runs out for the next one
    locks.updateOne(own, { $set: { until: until() } }).catch(() => undefined);
  }, lockMs / 3);
  try {
    await work();
  } finally {
    clearInterval(renewal);
    await locks.deleteOne(own);
  }
}

async function take(locks: Collection<Lock>, { _id, owner }: Omit<Lock, 'until'>, lockMs: number): Promise<void> {
  for (;;) {
    const now = new Date();
    const free = { _id, $or: lapsed(now, lockMs).map((until) => ({ until })) };
    try {
      const until = new Date(now.getTime() + lockMs);
      await locks.updateOne(free, { $set: { owner, until } }, { upsert: true });
      return;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      await pause(100);
    }
  }
}

/** Creates a collection with a JSON schema, or renews the schema of one that is there. */
export async function collection(db: Db, name: string, schema?: Document): Promise<void> {
  const validator = schema ? { validator: { $jsonSchema: schema } } : {};
  const exists = await db.listCollections({ name }, { nameOnly: true }).hasNext();
  if (exists) await db.command({ collMod: name, ...validator });
  else await db.createCollection(name, validator);
}

/**
 * Builds indexes; those that are there stay. On rows that are there MongoDB waits for every voting member by default, which
 * would keep a service from starting for as long as one of them is lost.
 */
export async function indexes(db: Db, collectionName: string, descriptions: IndexDescription[]): Promise<void> {
  await db.collection(collectionName).createIndexes(descriptions, { commitQuorum: 'majority' });
}

const INDEX_NOT_FOUND = 27;

/** Drops indexes; one that is gone already was dropped by a run that died before its end. */
export async function dropIndexes(db: Db, collectionName: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await db
      .collection(collectionName)
      .dropIndex(name)
      .catch((error: unknown) => {
        if (!(error instanceof MongoServerError) || error.code !== INDEX_NOT_FOUND) throw error;
      });
  }
}
