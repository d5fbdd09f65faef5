import { randomUUID } from 'node:crypto';
import { createSlice, createTestPublisher, ownRedis, type TcpProxy, tcpProxy } from '@malipo/test-kit';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { openStream, reversal } from './streams.ts';
import { type Gateway, startGateway, startUpstream } from './support.ts';

const LIMIT = 5;
let redis: TcpProxy;
let gateway: Gateway;
let token: string;
let stop: () => Promise<void>;

beforeEach(async () => {
  const upstream = await startUpstream('identity');
  redis = await tcpProxy(portOf(createSlice().redisUrl));
  const env = { MALIPO_REDIS_URL: `redis://127.0.0.1:${redis.port}`, MALIPO_RATE_LIMIT: String(LIMIT) };
  gateway = await startGateway({ env, urls: { identity: upstream.url } });
  token = await gateway.tokenFor();
  stop = async () => {
    await gateway.stop();
    await redis.close();
    await upstream.app.close();
  };
});
afterEach(() => stop());

const portOf = (url: string): number => Number(new URL(url).port);

async function statuses(count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let index = 0; index < count; index++) seen.push((await gateway.fetch('/api/v1/users', { token })).status);
  return seen;
}

const isLimited = () => expect.poll(async () => (await statuses(1))[0]).toBe(429);

test('a Redis that hangs is waited for once, and not by every request', async () => {
  await isLimited();
  redis.pause();
  // each on its own would wait longer than a test may take
  expect((await statuses(60)).filter((status) => status !== 200)).toEqual([]);
  redis.restore();
  await isLimited();
});

test('a Redis that became a replica is left for the one that took over under its address', async () => {
  const old = await ownRedis();
  redis.lead(old.port);
  redis.cut();
  redis.restore();
  await isLimited();
  redis.lead(portOf(gateway.slice.redisUrl));
  await old.follow(portOf(gateway.slice.redisUrl));
  await isLimited();
});

test('a Redis without memory for more refuses nobody, and counts again when it has some', async () => {
  const full = await ownRedis();
  redis.lead(full.port);
  redis.cut();
  redis.restore();
  await isLimited();
  await full.set('maxmemory', '1');
  expect(await statuses(2 * LIMIT)).toEqual(Array(2 * LIMIT).fill(200));
  await full.set('maxmemory', '0');
  await isLimited();
});

test('a Redis that lost all it knew is told at once who watches, so that no news after it came back is passed over', async () => {
  const publisher = await createTestPublisher(gateway.slice);
  onTestFinished(() => publisher.close());
  const organisationId = randomUUID();
  const stream = await openStream(gateway, await gateway.tokenFor(organisationId));
  const before = reversal(organisationId);
  await publisher.publish(before);
  await expect.poll(stream.ids).toEqual([before.id]);
  const empty = await ownRedis();
  redis.lead(empty.port);
  redis.cut();
  redis.restore();
  await expect.poll(stream.text).toContain('event: resync');
  const news = reversal(organisationId);
  await publisher.publish(news);
  await expect.poll(stream.ids).toContain(news.id);
  stream.close();
});
