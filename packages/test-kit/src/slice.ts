import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { MongoClient } from 'mongodb';
import { inject } from 'vitest';

export type Slice = {
  mongoUrl: string;
  redisUrl: string;
  kafkaBrokers: string[];
  dbPrefix: string;
  kafkaPrefix: string;
  redisPrefix: string;
  /** The environment of a service that lives in this slice. */
  env(more?: Record<string, string>): Record<string, string>;
  /** Removes its databases and topics. */
  drop(): Promise<void>;
};

/** A slice of the run's one real stack: databases, topics and keys under names of its own. */
export function createSlice(stack = inject('stack')): Slice {
  const name = `t${randomBytes(5).toString('hex')}`;
  const [dbPrefix, kafkaPrefix, redisPrefix] = [`${name}_`, `${name}.`, `${name}:`];
  return {
    ...stack,
    dbPrefix,
    kafkaPrefix,
    redisPrefix,
    env: (more = {}) => ({
      MALIPO_MONGO_URL: stack.mongoUrl,
      MALIPO_DB_PREFIX: dbPrefix,
      MALIPO_REDIS_URL: stack.redisUrl,
      MALIPO_REDIS_PREFIX: redisPrefix,
      MALIPO_KAFKA_BROKERS: stack.kafkaBrokers.join(','),
      MALIPO_KAFKA_PREFIX: kafkaPrefix,
      MALIPO_LOG_LEVEL: 'silent',
      MALIPO_SECRET_KEY: 'ab'.repeat(32),
      MALIPO_PARTITIONS: '6',
      ...more,
    }),
    drop: () => drop(stack, dbPrefix, kafkaPrefix),
  };
}

async function drop(
  stack: { mongoUrl: string; kafkaBrokers: string[] },
  dbPrefix: string,
  kafkaPrefix: string,
): Promise<void> {
  const client = await new MongoClient(stack.mongoUrl).connect();
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  for (const { name } of databases.filter((database) => database.name.startsWith(dbPrefix)))
    await client.db(name).dropDatabase();
  await client.close();
  const admin = new Kafka({ brokers: stack.kafkaBrokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(kafkaPrefix));
  if (topics.length > 0) await admin.deleteTopics({ topics });
  await admin.disconnect();
}
