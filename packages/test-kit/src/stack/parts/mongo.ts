import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Db } from 'mongodb';
import { listens, until } from './await-server.ts';
import type { Part } from './part.ts';

const NOT_YET_INITIALIZED = 94;

/**
 * A payment's documents change several times within a second. At WiredTiger's default (5 % of the cache dirty) a small
 * cache writes them out after each change, a third of the server's CPU under load; here that waits for the checkpoint.
 */
const LAZY_EVICTION = [
  'eviction_dirty_target=40,eviction_dirty_trigger=60',
  'eviction_updates_target=30,eviction_updates_trigger=50',
  'eviction=(threads_min=1,threads_max=2)',
].join();

export const mongo: Part = {
  name: 'mongo',
  title: 'MongoDB',
  ports: ['mongo'],
  async prepare({ dataDir, ports, programs, mongoCacheGb }) {
    await mkdir(dataDir, { recursive: true });
    return {
      file: path.join(programs.mongoHome, 'mongod'),
      args: [
        ...['--dbpath', dataDir, '--bind_ip', '127.0.0.1', '--port', String(ports.mongo), '--nounixsocket', '--quiet'],
        ...['--replSet', 'rs0', '--oplogSize', '256', '--wiredTigerCacheSizeGB', String(mongoCacheGb)],
        ...['--wiredTigerEngineConfigString', LAZY_EVICTION, '--wiredTigerJournalCompressor', 'none'],
        // a checkpoint takes a core while it runs: three short ones a minute instead of a long one
        ...['--syncdelay', '20'],
        ...['--setParameter', 'transactionLifetimeLimitSeconds=5'],
        // nobody reads the past; kept for the default of five minutes, every version of every document costs room and search
        ...['--setParameter', 'minSnapshotHistoryWindowInSeconds=5'],
        ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
        // with one member there is nobody to hand over to, and waiting for that would take 15 s
        ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100'],
      ],
      env: { LD_LIBRARY_PATH: path.join(programs.mongoHome, 'lib') },
    };
  },
  async ready({ ports }, died) {
    // loaded while the server starts, so that it costs no time
    const { MongoClient } = await import('mongodb');
    await until(() => listens(ports.mongo), died);
    const client = new MongoClient(`mongodb://127.0.0.1:${ports.mongo}/?directConnection=true`, {
      serverSelectionTimeoutMS: 10_000,
    });
    try {
      const admin = client.db('admin');
      await formReplicaSet(admin, `127.0.0.1:${ports.mongo}`);
      await until(async () => (await admin.command({ hello: 1 })).isWritablePrimary === true, died);
    } finally {
      await client.close();
    }
  },
};

/** A new server forms its set; one whose port has changed since gets its new address. */
async function formReplicaSet(admin: Db, host: string): Promise<void> {
  const config = await currentConfig(admin);
  const members = [{ _id: 0, host }];
  if (!config) await admin.command({ replSetInitiate: { _id: 'rs0', members } });
  else if (config.members[0]?.host !== host) {
    await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members }, force: true });
  }
}

type ReplicaSetConfig = { version: number; members: { host: string }[] };

async function currentConfig(admin: Db): Promise<ReplicaSetConfig | undefined> {
  try {
    const answer = await admin.command({ replSetGetConfig: 1 });
    return answer.config as ReplicaSetConfig;
  } catch (error) {
    if ((error as { code?: number }).code === NOT_YET_INITIALIZED) return undefined;
    throw error;
  }
}
