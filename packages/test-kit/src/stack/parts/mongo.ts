import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Db } from 'mongodb';
import { listens, until } from './await-server.ts';
import type { Part } from './part.ts';
import { MONGO_SETTINGS } from './server-settings.ts';

const NOT_YET_INITIALIZED = 94;

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
        ...MONGO_SETTINGS,
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
