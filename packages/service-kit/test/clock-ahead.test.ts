import { collectTopic, createSlice, createTestPublisher, testKeys } from '@malipo/test-kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openLetterBox } from '../src/dead-letters.ts';
import { Added, Counted, counter, refused } from './counter-service.ts';
import { startService } from './support.ts';

/** Brokers refuse what its sender dates more than an hour ahead of them. */
const AHEAD_MS = 2 * 3_600_000;
const realNow = Date.now;
beforeEach(() => void vi.spyOn(Date, 'now').mockImplementation(() => realNow() + AHEAD_MS));
afterEach(() => void vi.restoreAllMocks());

const added = (name: string) =>
  Added.create(
    { name, by: 1 },
    { organisationId: '01890000-0000-7000-8000-000000000001', subject: { id: name, version: 1 }, at: new Date() },
  );

test('a process whose clock is hours ahead of the brokers’ tells its events and parks what it cannot work off', async () => {
  const slice = createSlice();
  const keys = await testKeys();
  refused.add('parked-ahead');
  const running = await startService(counter, { env: slice.env({ MALIPO_JWKS_URL: keys.jwksUrl }) });
  const [publisher, out, box] = await Promise.all([
    createTestPublisher(slice),
    collectTopic(slice, 'counter.events'),
    openLetterBox(slice.env()),
  ]);
  await publisher.publish(added('parked-ahead'), added('told-ahead'));
  await expect.poll(() => out.of(Counted.type).map(({ subject }) => subject.id)).toEqual(['told-ahead']);
  await expect.poll(async () => (await box.list()).map(({ subject }) => subject)).toEqual(['parked-ahead']);
  await Promise.all([running.stop(), publisher.close(), out.close(), box.close(), keys.close()]);
  await slice.drop();
});
