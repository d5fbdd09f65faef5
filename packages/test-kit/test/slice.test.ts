import { defineEvent } from '@malipo/service-kit/event';
import { newId } from '@malipo/values';
import { Admin } from '@platformatic/kafka';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { collectTopic, createSlice, createTestPublisher, type Slice, tcpProxy, testKeys } from '../src/index.ts';

const Probed = defineEvent({ type: 'probe.done', version: 1, topic: 'probe.events', data: z.object({ n: z.int() }) });

test('what is published to a slice is collected from it, and dropping it leaves its neighbour alone', async () => {
  const [ours, neighbour] = [createSlice(), createSlice()];
  onTestFinished(() => neighbour.drop());
  for (const slice of [ours, neighbour]) await fill(slice);
  const collected = await collectTopic(ours, Probed.topic);
  await expect.poll(() => collected.of('probe.done').map((event) => event.data)).toEqual([{ n: 1 }]);
  await collected.close();
  await ours.drop();
  // the broker deletes topics in its own time
  await expect.poll(() => contents(ours)).toEqual({ databases: 0, keys: 0, topics: 0 });
  expect(await contents(neighbour)).toEqual({ databases: 1, keys: 1, topics: 1 });
});

test('a proxy cuts, pauses and delays what goes through it, and restores it', async () => {
  const slice = createSlice();
  const proxy = await tcpProxy(Number(new URL(slice.redisUrl).port));
  onTestFinished(() => proxy.close());
  const redis = new Redis({ port: proxy.port, retryStrategy: () => 20, maxRetriesPerRequest: 0, commandTimeout: 300 });
  onTestFinished(() => redis.disconnect());
  redis.on('error', () => undefined);
  expect(await redis.ping()).toBe('PONG');
  proxy.pause();
  await expect(redis.ping()).rejects.toThrow('timed out');
  proxy.restore();
  await expect.poll(() => redis.ping()).toBe('PONG');
  proxy.delay(60);
  const started = performance.now();
  await redis.ping();
  expect(performance.now() - started).toBeGreaterThan(110);
  proxy.cut();
  await expect.poll(() => redis.status).not.toBe('ready');
  proxy.restore();
  await expect.poll(() => redis.ping().catch(String)).toBe('PONG');
});

test('tokens are signed with keys that are published', async () => {
  const keys = await testKeys();
  onTestFinished(() => keys.close());
  const token = await keys.tokenFor({ organisationId: 'o-1', userId: 'u-1', roles: ['viewer'] });
  const [, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  expect(JSON.parse(claims ?? '')).toMatchObject({
    sub: 'u-1',
    org: 'o-1',
    roles: ['viewer'],
    iss: 'malipo',
    aud: 'malipo',
  });
  expect(await (await fetch(keys.jwksUrl)).json()).toEqual(keys.jwks);
});

const admin = (slice: Slice) => new Admin({ clientId: 'probe', bootstrapBrokers: slice.kafkaBrokers });

async function fill(slice: Slice): Promise<void> {
  const mongo = await new MongoClient(slice.mongoUrl).connect();
  await mongo.db(`${slice.dbPrefix}probe`).collection('rows').insertOne({});
  await mongo.close();
  const redis = new Redis(slice.redisUrl, { keyPrefix: slice.redisPrefix });
  await redis.set('probe', '1');
  redis.disconnect();
  const kafka = admin(slice);
  await kafka.createTopics({ topics: [{ topic: `${slice.kafkaPrefix}${Probed.topic}`, partitions: 2 }] });
  await kafka.close();
  const publisher = await createTestPublisher(slice);
  const about = { organisationId: newId(), subject: { id: newId(), version: 1 }, at: new Date() };
  await publisher.publish(Probed.create({ n: 1 }, about));
  await publisher.close();
}

async function contents(slice: Slice): Promise<{ databases: number; keys: number; topics: number }> {
  const mongo = await new MongoClient(slice.mongoUrl).connect();
  const { databases } = await mongo.db('admin').admin().listDatabases({ nameOnly: true });
  await mongo.close();
  const redis = new Redis(slice.redisUrl);
  const keys = await redis.keys(`${slice.redisPrefix}*`);
  redis.disconnect();
  const kafka = admin(slice);
  const topics = await kafka.listTopics();
  await kafka.close();
  return {
    databases: databases.filter(({ name }) => name.startsWith(slice.dbPrefix)).length,
    keys: keys.length,
    topics: topics.filter((name) => name.startsWith(slice.kafkaPrefix)).length,
  };
}
