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
