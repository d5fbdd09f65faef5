import { collectTopic, createSlice, testKeys } from '@malipo/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Counted, counter } from './counter-service.ts';
import {
  leaveDated,
  leaveUnannounced,
  type Running,
  refuseRowsBelow,
  startService,
  unannounced,
  unannouncedEvents,
} from './support.ts';

const slice = createSlice();
let keys: Awaited<ReturnType<typeof testKeys>>;
let out: Awaited<ReturnType<typeof collectTopic>>;
let running: Running;

/** The broker takes 2 MiB of one partition at once. */
const TOO_LARGE = 3_000_000;
const counted = (name: string, bytes: number) =>
  Counted.create(
    { name, total: 1, note: 'x'.repeat(bytes) },
    { organisationId: '01890000-0000-7000-8000-000000000001', subject: { id: name, version: 1 }, at: new Date() },
  );
const told = (prefix: string) => out.events.map(({ subject }) => subject.id).filter((name) => name.startsWith(prefix));

beforeAll(async () => {
  keys = await testKeys();
  running = await startService(counter, { env: slice.env({ MALIPO_JWKS_URL: keys.jwksUrl }) });
  out = await collectTopic(slice, 'counter.events');
});
afterAll(async () => {
  await Promise.all([running.stop(), out.close(), keys.close()]);
  await slice.drop();
});

test('a commit that announces more than a broker takes at once is published in parts, in order and once', async () => {
  const names = Array.from({ length: 500 }, (_, index) => `many-${index}`);
  await running.relay.commit(async ({ tell }) => tell(...names.map((name) => counted(name, 5_000))));
  await expect.poll(() => told('many-').length).toBe(names.length);
  await expect.poll(() => unannounced(slice)).toBe(0);
  expect(told('many-')).toEqual(names);
});

test('what a commit tells is kept whole or not at all: a row that the database refuses takes those before it along', async () => {
  const names = Array.from({ length: 501 }, (_, index) => `undone-${index}`);
  await refuseRowsBelow(slice, 500);
  try {
    const kept = running.relay.commit(async ({ tell }) => tell(...names.map((name) => counted(name, 1))));
    await expect(kept).rejects.toThrow(/validation/);
  } finally {
    await refuseRowsBelow(slice, 0);
  }
  expect(await unannounced(slice)).toBe(0);
  await running.relay.sweep(0);
  await running.relay.commit(async ({ tell }) => tell(counted('after-undone', 1)));
  await expect.poll(() => told('after-')).toEqual(['after-undone']);
  expect(told('undone-')).toEqual([]);
});

test('an event that is too large for Kafka is refused before it is stored, with all that its commit tells', async () => {
  const tooLarge = running.relay.commit(async ({ tell }) =>
    tell(counted('large-beside', 1), counted('large', 1_000_000)),
  );
  await expect(tooLarge).rejects.toMatchObject({
    kind: 'too_large',
    code: 'event_too_large',
    message: expect.stringMatching(/^count.counted would have 1000\d{3} bytes, of 1000000/),
  });
  await running.relay.commit(async ({ tell }) => tell(counted('large-behind', 1), counted('large-enough', 999_000)));
  await expect.poll(() => told('large')).toEqual(['large-behind', 'large-enough']);
  await expect.poll(() => unannounced(slice)).toBe(0);
});

test('what a process left that died is published although its clock was an hour ahead', async () => {
  await leaveDated(slice, 3_600, counted('ahead', 1));
  await expect.poll(() => told('ahead')).toEqual(['ahead']);
  await expect.poll(() => unannounced(slice)).toBe(0);
});

test('an event that Kafka refuses stays in the outbox alone: what waits beside and behind it is published, once', async () => {
  await leaveUnannounced(slice, counted('refused', TOO_LARGE));
  await leaveUnannounced(slice, counted('row-before', 1), counted('refused', TOO_LARGE), counted('row-beside', 1));
  await leaveUnannounced(slice, counted('row-behind', 1));
  await expect.poll(() => told('row-').toSorted()).toHaveLength(3);
  await expect.poll(() => unannounced(slice)).toBe(2);
  await expect.poll(() => unannouncedEvents(slice)).toBe(2);
  await running.relay.sweep(0);
  await running.relay.commit(async ({ tell }) => tell(counted('row-later', 1)));
  await expect.poll(() => told('row-')).toContain('row-later');
  await expect.poll(() => unannounced(slice)).toBe(2);
  expect(told('row-').toSorted()).toEqual(['row-before', 'row-behind', 'row-beside', 'row-later']);
});
