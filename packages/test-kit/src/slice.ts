import { randomBytes } from 'node:crypto';
import { Admin } from '@platformatic/kafka';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { inject } from 'vitest';

export type Slice = {
  mongoUrl: string;
  redisUrl: string;
  kafkaBrokers: string[];
  dbPrefix: string;
  /** Before every topic and every consumer group. */
  kafkaPrefix: string;
  redisPrefix: string;
  /** The environment of a service that lives in this slice. */
  env(more?: Record<string, string>): Record<string, string>;
  /** Removes its databases, keys, topics and groups. Stop the services first. */
  drop(): Promise<void>;
};

type Addresses = Pick<Slice, 'mongoUrl' | 'redisUrl' | 'kafkaBrokers'>;

/** A slice of the run's one real stack: databases, topics and keys under names of its own. */
export function createSlice(stack: Addresses = inject('stack')): Slice {
  const name = `t${randomBytes(5).toString('hex')}`;
  const slice = { ...stack, dbPrefix: `${name}_`, kafkaPrefix: `${name}.`, redisPrefix: `${name}:` };
  return {
    ...slice,
    env: (more = {}) => ({
      MALIPO_MONGO_URL: slice.mongoUrl,
      MALIPO_DB_PREFIX: slice.dbPrefix,
      MALIPO_REDIS_URL: slice.redisUrl,
      MALIPO_REDIS_PREFIX: slice.redisPrefix,
      MALIPO_KAFKA_BROKERS: slice.kafkaBrokers.join(','),
      MALIPO_KAFKA_PREFIX: slice.kafkaPrefix,
      MALIPO_LOG_LEVEL: 'silent',
      MALIPO_SECRET_KEY: 'ab'.repeat(32),
      MALIPO_PARTITIONS: '6',
      ...more,
    }),
    drop: async () => {
      await Promise.all([
        dropDatabases(slice.mongoUrl, slice.dbPrefix),
        dropKeys(slice.redisUrl, slice.redisPrefix),
        dropTopics(slice.kafkaBrokers, slice.kafkaPrefix),
      ]);
    },
  };
}

async function dropDatabases(url: string, prefix: string): Promise<void> {
  const client = await new MongoClient(url).connect();
  try {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    const ours = databases.filter(({ name }) => name.startsWith(prefix));
    await Promise.all(ours.map(({ name }) => client.db(name).dropDatabase()));
  } finally {
    await client.close();
  }
}

async function dropKeys(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url);
  try {
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 })) {
      if (keys.length > 0) await redis.unlink(...(keys as string[]));
    }
  } finally {
    redis.disconnect();
  }
}

async function dropTopics(bootstrapBrokers: string[], prefix: string): Promise<void> {
  const admin = new Admin({ clientId: 'test-kit', bootstrapBrokers });
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
    const groups = [...(await admin.listGroups()).keys()].filter((id) => id.startsWith(prefix));
    // one with a member that is still leaving cannot go; empty groups expire by themselves
    if (groups.length > 0) await admin.deleteGroups({ groups }).catch(() => undefined);
  } finally {
    await admin.close();
  }
}
