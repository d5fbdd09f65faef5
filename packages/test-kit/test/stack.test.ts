import { existsSync } from 'node:fs';
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { runningStack, type Stack, startStack } from '../src/stack/index.ts';
import { instanceDir } from '../src/stack/paths.ts';
import { commandOf } from '../src/stack/processes.ts';
import { ownInstance, redisOnly } from './redis-only.ts';

const WHOLE_STACK = { timeout: 90_000 };

test(
  'an ephemeral stack commits transactions, answers and carries messages, and goes without a trace',
  WHOLE_STACK,
  async () => {
    const stack = await startStack({ instance: 'kit', ephemeral: true });
    onTestFinished(() => stack.stop());
    await commitTransaction(stack);
    await pingRedis(stack.redisUrl);
    await carryMessage(stack);
    const pids = Object.values(stack.pids);
    expect(pids).toHaveLength(3);
    await stack.stop();
    expect(pids.map(commandOf)).toEqual([undefined, undefined, undefined]);
    expect(existsSync(instanceDir(stack.instance))).toBe(false);
  },
);

test('two instances live side by side, each with its own data', async () => {
  const [one, two] = await Promise.all([redisInstance(), redisInstance()]);
  expect(one.redisUrl).not.toBe(two.redisUrl);
  await withRedis(one.redisUrl, (redis) => redis.set('whose', 'one'));
  expect(await withRedis(two.redisUrl, (redis) => redis.get('whose'))).toBeNull();
});

test('a second start joins a running instance, and its stop leaves it running', async () => {
  const first = await redisInstance();
  const joined = await startStack({ instance: first.instance, env: redisOnly() });
  expect(joined.pids).toEqual(first.pids);
  await joined.stop();
  await pingRedis(first.redisUrl);
  expect(await runningStack(first.instance, redisOnly())).toMatchObject({ pids: first.pids, redisUrl: first.redisUrl });
});

test('two starts of one instance at the same time make one server', async () => {
  const instance = ownInstance();
  const start = () => startStack({ instance, env: redisOnly() });
  const [one, two] = await Promise.all([start(), start()]);
  expect(one.pids).toEqual(two.pids);
});

test('an instance that was stopped or never started is not running', async () => {
  const stack = await redisInstance();
  await stack.stop();
  expect(await runningStack(stack.instance, redisOnly())).toBeUndefined();
  expect(await runningStack('kit-never', redisOnly())).toBeUndefined();
});

test('servers named in the environment are used and not started', async () => {
  const env = redisOnly({ MALIPO_REDIS_URL: 'redis://elsewhere' });
  expect(await startStack({ instance: 'kit-outside', env })).toMatchObject({
    mongoUrl: 'mongodb://elsewhere',
    redisUrl: 'redis://elsewhere',
    kafkaBrokers: ['elsewhere:9092', 'other:9092'],
    pids: {},
  });
  expect(existsSync(instanceDir('kit-outside'))).toBe(false);
});

test('wrong settings are named, all of them', async () => {
  const env = redisOnly({ MALIPO_REDIS_PORT: 'many', MALIPO_STACK: 'podman' });
  await expect(startStack({ instance: 'kit', env })).rejects.toThrow(/MALIPO_STACK: .*; MALIPO_REDIS_PORT: /);
});

const redisInstance = (): Promise<Stack> => startStack({ instance: ownInstance(), env: redisOnly() });

async function commitTransaction({ mongoUrl }: Stack): Promise<void> {
  const client = await new MongoClient(mongoUrl, { writeConcern: { w: 'majority', journal: true } }).connect();
  const rows = client.db('probe').collection('rows');
  await client.withSession((session) =>
    session.withTransaction(() => rows.insertMany([{ n: 1 }, { n: 2 }], { session })),
  );
  expect(await rows.countDocuments()).toBe(2);
  await client.close();
}

async function carryMessage({ kafkaBrokers: bootstrapBrokers }: Stack): Promise<void> {
  const settings = { clientId: 'probe', bootstrapBrokers };
  const admin = new Admin(settings);
  const producer = new Producer({ ...settings, idempotent: true, serializers: stringSerializers });
  const consumer = new Consumer({ ...settings, groupId: 'probe', deserializers: stringDeserializers });
  await admin.createTopics({ topics: ['probe'], partitions: 2 });
  await producer.send({ messages: [{ topic: 'probe', key: 'k', value: 'carried' }] });
  const seen: string[] = [];
  const stream = await consumer.consume({ topics: ['probe'], mode: 'earliest' });
  stream.on('data', ({ value }) => void seen.push(value));
  await expect.poll(() => seen).toEqual(['carried']);
  await Promise.all([consumer.close(true), producer.close(), admin.close()]);
}

async function pingRedis(url: string): Promise<void> {
  expect(await withRedis(url, (redis) => redis.ping())).toBe('PONG');
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
