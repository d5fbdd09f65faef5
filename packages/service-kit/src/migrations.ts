import type { Db, Document } from 'mongodb';
import { pause } from './clock.ts';
import { isDuplicateKey } from './errors.ts';
import type { Logger } from './logger.ts';

/** A step that brings the database forward; its name is its identity and its order, `001-payments`. Never edited once landed. */
export type Migration = { name: string; up: (db: Db) => Promise<void> };

/**
 * Runs what has not run yet, in order of name. Several replicas may start at once: one takes the lock, the others wait.
 */
export async function migrate(db: Db, migrations: readonly Migration[], log: Logger): Promise<void> {
  const done = db.collection<{ _id: string; at: Date }>('migrations');
  const ordered = [...migrations].sort((a, b) => a.name.localeCompare(b.name));
  for (const migration of ordered) {
    if (await done.findOne({ _id: migration.name })) continue;
    await withLock(db, async () => {
      if (await done.findOne({ _id: migration.name })) return;
      await migration.up(db);
      await done.insertOne({ _id: migration.name, at: new Date() });
      log.info({ migration: migration.name }, 'migration done');
    });
  }
}

const LOCK_MS = 30_000;

async function withLock(db: Db, work: () => Promise<void>): Promise<void> {
  const locks = db.collection<{ _id: string; until: Date }>('locks');
  for (;;) {
    try {
      await locks.updateOne(
        { _id: 'migrations', until: { $lt: new Date() } },
        { $set: { until: new Date(Date.now() + LOCK_MS) } },
        { upsert: true },
      );
      break;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      await pause(100);
    }
  }
  try {
    await work();
  } finally {
    await locks.deleteOne({ _id: 'migrations' });
  }
}

/** Creates a collection with a JSON schema, or renews the schema of one that is there. */
export async function collection(db: Db, name: string, schema?: Document): Promise<void> {
  const validator = schema ? { validator: { $jsonSchema: schema } } : {};
  const exists = await db.listCollections({ name }, { nameOnly: true }).hasNext();
  if (exists) await db.command({ collMod: name, ...validator });
  else await db.createCollection(name, validator);
}
