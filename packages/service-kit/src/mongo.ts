import { type ClientSession, type Db, MongoClient, MongoError } from 'mongodb';
import { backoff, inTime, pause } from './clock.ts';
import {
  AppError,
  COMMIT_UNKNOWN,
  isDuplicateKey,
  isTransientMongoError,
  RaceLostError,
  UnavailableError,
} from './errors.ts';
import type { Logger } from './logger.ts';
import { failWritesToClosedSockets } from './mongo-closed-sockets.ts';

export type { AnyBulkWriteOperation, ClientSession, Collection, Db, Document, Filter, UpdateFilter } from 'mongodb';
export { Binary, MongoBulkWriteError, MongoServerError } from 'mongodb';

export type Mongo = {
  db: Db;
  /**
   * Runs `work` in a transaction (snapshot reads, majority writes, journaled) and tries again when it meets another one:
   * `work` may run several times, so inside it there are only stores.
   * @throws whatever `work` throws for good, or the last conflict after `deadlineMs`
   * @throws {UnavailableError} commit_unknown: it was written or not, and nobody could say which in time
   */
  transaction<T>(work: (session: ClientSession) => Promise<T>, deadlineMs?: number): Promise<T>;
  /** Tries a small one, and leaves no row behind: does the database take transactions, within a second? */
  takesTransactions(): Promise<boolean>;
  ping(): Promise<void>;
  /** Is no member known that takes writes? Then callers are turned away at once instead of waiting. */
  isDown(): boolean;
  close(): Promise<void>;
};

/**
 * Every write is durable on a majority with the journal flushed before it counts, and what is read is the newest, whatever
 * the address says: a member that only follows may be behind.
 */
const DURABLE = {
  writeConcern: { w: 'majority', journal: true },
  readConcern: { level: 'majority' },
  readPreference: 'primary',
} as const;

/** Kinds of members that take writes; a member that is lost is `Unknown` from its first failed heartbeat on. */
const WRITABLE: ReadonlySet<string> = new Set(['RSPrimary', 'Standalone', 'Mongos', 'LoadBalancer']);

/** @param log is told once when the database goes, and once when it is back */
type Options = { maxPoolSize?: number; log?: Logger };

/** Connects lazily: a database that is down delays readiness, not the start. */
export function connectMongo(url: string, dbName: string, { maxPoolSize = 20, log }: Options = {}): Mongo {
  failWritesToClosedSockets();
  const client = new MongoClient(url, {
    ...DURABLE,
    maxPoolSize,
    serverSelectionTimeoutMS: 2_000,
    connectTimeoutMS: 2_000,
    socketTimeoutMS: 20_000,
    heartbeatFrequencyMS: 2_000,
    retryWrites: true,
    ignoreUndefined: true,
  });
  const db = client.db(dbName);
  let down = false;
  const outage = log && tellOutages(log);
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    down = ![...newDescription.servers.values()].some(({ type }) => WRITABLE.has(type));
    outage?.(down);
  });
  return {
    db,
    transaction: (work, deadlineMs = 4_000) => transact(client, work, deadlineMs),
    takesTransactions: () => inTime(SMALL_MS, tryOne(client, db), false),
    ping: async () => {
      await client.connect(); // a first attempt that failed leaves a closed topology behind; commands alone never open a new one
      await db.command({ ping: 1 });
    },
    isDown: () => down,
    close: () => client.close(),
  };
}

/** What is little is done within this, unless the database is slow or gone. */
const SMALL_MS = 1_000;

async function tryOne(client: MongoClient, db: Db): Promise<boolean> {
  const tries = db.collection('tries');
  const work = async (session: ClientSession) => {
    const { insertedId } = await tries.insertOne({}, { session });
    await tries.deleteOne({ _id: insertedId }, { session });
  };
  return transact(client, work, 0).then(
    () => true,
    () => false,
  );
}

/** Says when a database that was there goes, and when it is back; a start says by itself what it waits for. */
function tellOutages(log: Logger): (isDown: boolean) => void {
  let wasUp = false;
  let since: number | undefined;
  return (isDown) => {
    if (!isDown && since !== undefined) {
      log.warn({ seconds: Math.round((performance.now() - since) / 100) / 10 }, 'MongoDB takes writes again');
      since = undefined;
    }
    if (isDown && wasUp && since === undefined) {
      log.warn('MongoDB is out of reach, or has no primary; waiting');
      since = performance.now();
    }
    wasUp ||= !isDown;
  };
}

async function transact<T>(
  client: MongoClient,
  work: (session: ClientSession) => Promise<T>,
  deadlineMs: number,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  const session = client.startSession();
  try {
    for (;;) {
      session.startTransaction({ readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } });
      try {
        const result = await work(session);
        await commit(session, deadline);
        return result;
      } catch (error) {
        await session.abortTransaction().catch(() => undefined);
        if (!isTransientMongoError(error) || performance.now() > deadline) throw error;
      }
    }
  } finally {
    await session.endSession();
  }
}

/**
 * Commits. Where the answer got lost it asks again, which changes nothing that was committed; the work itself must not be
 * done again, since it may have been.
 * @see https://github.com/mongodb/specifications/blob/master/source/transactions-convenient-api/transactions-convenient-api.md
 */
async function commit(session: ClientSession, deadline: number): Promise<void> {
  for (let count = 1; ; count++) {
    try {
      return await session.commitTransaction();
    } catch (error) {
      if (!isOutcomeUnknown(error)) throw error;
      if (performance.now() > deadline)
        throw new UnavailableError(COMMIT_UNKNOWN, 'whether this was written is not known; look before you repeat it', {
          cause: error,
        });
      await pause(backoff(count, 50, 500));
    }
  }
}

const isOutcomeUnknown = (error: unknown): boolean =>
  error instanceof MongoError && error.hasErrorLabel('UnknownTransactionCommitResult');

/**
 * Runs a compare-and-set command until it wins: `attempt` reads, decides and writes; a lost race or a duplicate key means
 * somebody else was first, so it reads again.
 * @throws {RaceLostError} after `tries`
 */
export async function untilWon<T>(attempt: () => Promise<T>, tries = 20): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      const lost = error instanceof RaceLostError || isDuplicateKey(error) || isTransientMongoError(error);
      if (!lost || count >= tries) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * count));
    }
  }
}

/**
 * Refuses to run money on weaker guarantees than it was written for.
 * @throws {AppError} mongo_not_replicated: a standalone server has no transactions
 */
export async function assertDurable(db: Db): Promise<void> {
  const hello = await db.admin().command({ hello: 1 });
  if (hello.setName) return;
  throw new AppError(
    'unavailable',
    'mongo_not_replicated',
    'MongoDB must be a replica set (one member is enough): start mongod with --replSet',
  );
}
