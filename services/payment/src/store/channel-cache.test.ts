import { fingerprint } from '@malipo/service-kit';
import { expect, it } from 'vitest';
import { aChannel } from '../domain/testing/builders.ts';
import { createChannelCache } from './channel-cache.ts';
import type { StoredChannel } from './channels.ts';

const stored = (...secrets: string[]): StoredChannel => ({
  ...aChannel(),
  version: 1,
  rail: 'mpesa',
  name: 'Shop',
  secrets: secrets.map((secret) => ({ fingerprint: fingerprint(secret), sealed: '', retireAt: null })),
  credentials: null,
  registered: null,
  pull: { enabled: false, lastGoodAt: null, leaseUntil: new Date(0) },
  createdAt: new Date(0),
});

it('a secret that memory does not know is not refused while the database fails: another instance may have made it', async () => {
  let isDown = true;
  const load = async () => {
    if (isDown) throw new Error('down');
    return stored('new', 'old');
  };
  const cache = createChannelCache(load, load);
  const { id } = stored();
  cache.put(stored('old'), 0);
  expect(await cache.enter(id, 'new', 2_000)).toBe('unavailable');
  isDown = false;
  expect(await cache.enter(id, 'new', 2_000)).toMatchObject({ id });
  expect(await cache.enter(id, 'wrong', 4_000)).toBe('refused');
});

it('a renewal that fails does not make a secret refused that another instance made meanwhile', async () => {
  const fail = async () => {
    throw new Error('down');
  };
  const cache = createChannelCache(fail, fail);
  const { id } = stored();
  cache.put(stored('old'), 0);
  expect(cache.peek(id, 'old', 6_000)).toMatchObject({ id });
  expect(await cache.enter(id, 'new', 6_100)).toBe('unavailable');
});

it('what was known long ago lets in only while the database fails, which is then not asked each time', async () => {
  const load = async () => stored('new');
  const cache = createChannelCache(load, load);
  const { id } = stored();
  cache.put(stored('old'), 0);
  expect(cache.peek(id, 'old', 60_000)).toBeUndefined();
  expect(cache.recall(id, 'old', 60_000)).toMatchObject({ id });
  expect(cache.peek(id, 'old', 61_000)).toMatchObject({ id });
  expect(await cache.enter(id, 'old', 62_000)).toBe('refused');
  expect(cache.recall(id, 'old', 63_000)).toBeUndefined();
});

it('whoever looked before another’s answer came is let in by it', async () => {
  const load = async () => stored('good');
  const cache = createChannelCache(load, load);
  const { id } = stored();
  cache.put(stored('good'), 0);
  expect(cache.peek(id, 'good', 60_000)).toBeUndefined();
  expect(await cache.enter(id, 'good', 60_000)).toMatchObject({ id });
  expect(await cache.enter(id, 'good', 60_100)).toMatchObject({ id });
  expect(await cache.enter(id, 'bad', 60_200)).toBe('refused');
});

it('a renewal that began before a change and ends after it leaves the change in memory', async () => {
  const slow = Promise.withResolvers<StoredChannel>();
  const load = () => slow.promise;
  const cache = createChannelCache(load, load);
  const { id } = stored();
  cache.put(stored('old'), 0);
  expect(cache.peek(id, 'old', 6_000)).toMatchObject({ id });
  cache.put({ ...stored('new'), version: 2 }, 6_100);
  slow.resolve(stored('old'));
  await slow.promise;
  await Promise.resolve();
  expect([cache.peek(id, 'new', 6_200)?.id, cache.peek(id, 'old', 6_200)]).toEqual([id, undefined]);
});
