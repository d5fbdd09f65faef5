import { randomUUID } from 'node:crypto';
import { startService } from '@malipo/service-kit';
import {
  createSlice,
  createTestPublisher,
  eventually,
  ownRedis,
  type Slice,
  tcpProxy,
  testKeys,
} from '@malipo/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDeps } from '../src/deps.ts';
import type { Post } from '../src/live/feed.ts';
import { upstreams } from '../src/routes.ts';
import { gateway } from '../src/service.ts';
import { openStream, reversal } from './streams.ts';
import { startGateway } from './support.ts';

/** Together as many as are remembered. */
const AT_ONCE = 100;
let slice: Slice;
let keys: Awaited<ReturnType<typeof testKeys>>;
beforeEach(async () => {
  slice = createSlice();
  keys = await testKeys();
});
afterEach(async () => {
  await keys.close();
  await slice.drop();
});

/** A gateway of the slice, with what it tells streams by; much at once reaches Redis in pieces, as from another machine. */
async function another() {
  const urls = Object.fromEntries(upstreams.map((name) => [`MALIPO_${name.toUpperCase()}_URL`, 'http://127.0.0.1:9']));
  const made: ReturnType<typeof createDeps>[] = [];
  const deps = (base: Parameters<typeof createDeps>[0]) => {
    const all = createDeps(base);
    made.push(all);
    return all;
  };
  const redis = await tcpProxy(Number(new URL(slice.redisUrl).port));
  const env = slice.env({
    MALIPO_REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    MALIPO_PORT: '0',
    MALIPO_JWKS_URL: keys.jwksUrl,
    ...urls,
  });
  const running = await startService({ ...gateway, deps }, { env });
  const [all] = made;
  if (!all) throw new Error('it has started');
  return {
    feed: all.feed,
    listen: () => all.redis.duplicate({ enableOfflineQueue: true, lazyConnect: false }),
    stop: () => running.stop().then(redis.close),
  };
}

const newsOf = (organisationId: string): Post[] =>
  Array.from({ length: AT_ONCE }, () => {
    const id = randomUUID();
    const subject = { id, version: 1 };
    const data = { note: 'x'.repeat(4_000) };
    return { organisationId, message: () => ({ id, type: 'a', occurredAt: new Date().toISOString(), subject, data }) };
  });

test('what two gateways tell one organisation at once is remembered in the order in which it was told', async () => {
  const [one, other] = await Promise.all([another(), another()]);
  const organisationId = randomUUID();
  const listener = one.listen();
  const told: string[] = [];
  listener.on('message', (_channel, text) => told.push(JSON.parse(text).id));
  for (const { feed } of [one, other]) await eventually(() => feed.watch([organisationId])).toBe(true);
  await listener.subscribe(one.feed.channelOf(organisationId));
  await Promise.all([one.feed.publish(newsOf(organisationId)), other.feed.publish(newsOf(organisationId))]);
  const recent = (await one.feed.recent(organisationId)).map(({ id }) => id);
  expect(recent).not.toEqual([]);
  await eventually(() => told.slice(-recent.length)).toEqual(recent);
  listener.disconnect();
  await Promise.all([one.stop(), other.stop()]);
});

test('what a Redis without memory refuses counts as lost', async () => {
  const full = await ownRedis();
  const running = await startGateway({ env: { MALIPO_REDIS_URL: `redis://127.0.0.1:${full.port}` } });
  const publisher = await createTestPublisher(running.slice);
  const organisationId = randomUUID();
  const stream = await openStream(running, await running.tokenFor(organisationId));
  await eventually(stream.text).toContain(': open');
  await full.set('maxmemory', '1');
  await publisher.publish(reversal(organisationId));
  const counts = async () => (await running.fetch('/metrics')).text();
  await eventually(counts).toMatch(/malipo_live_messages_total\{outcome="lost".*\} 1/);
  expect(await counts()).not.toContain('outcome="published"');
  stream.close();
  await publisher.close();
  await running.stop();
});
