import { collectTopic, createSlice, createTestPublisher, moveGroup, testKeys } from '@malipo/test-kit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LetterBox, openLetterBox, selectForReplay } from '../src/dead-letters.ts';
import { Added, Counted, counter, refused } from './counter-service.ts';
import { derivedCount, parkedByAnother, type Running, startService } from './support.ts';

const slice = createSlice();
const ORGANISATION = '01890000-0000-7000-8000-000000000001';
let keys: Awaited<ReturnType<typeof testKeys>>;
let publisher: Awaited<ReturnType<typeof createTestPublisher>>;
let out: Awaited<ReturnType<typeof collectTopic>>;
let box: LetterBox;
let running: Running;

const start = () => startService(counter, { env: slice.env({ MALIPO_JWKS_URL: keys.jwksUrl }) });
const added = (name: string, by: number, version = 1) =>
  Added.create({ name, by }, { organisationId: ORGANISATION, subject: { id: name, version }, at: new Date() });
const totalOf = (name: string) => derivedCount(slice, name);
const totalsTold = (name: string) =>
  out.of(Counted.type).flatMap((event) => (event.subject.id === name ? [(event.data as { total: number }).total] : []));
const waitingAbout = async (name: string) => (await box.list()).filter((one) => one.waiting && one.subject === name);
const replayAll = async () => {
  const letters = selectForReplay(
    (await box.list()).filter((one) => one.waiting),
    {},
  );
  await box.replay(letters, 1_000);
  return letters;
};
/** What was sent before it on the same partition has been worked off once this one is. */
const everythingIsDone = async (marker: string) => {
  await publisher.publish(added(marker, 1));
  await expect.poll(() => totalOf(marker)).toBe(1);
};

beforeAll(async () => {
  keys = await testKeys();
  running = await start();
  publisher = await createTestPublisher(slice);
  out = await collectTopic(slice, 'counter.events');
  box = await openLetterBox(slice.env());
});
beforeEach(() => refused.clear());
afterAll(async () => {
  await Promise.all([running.stop(), publisher.close(), out.close(), keys.close(), box.close()]);
  await slice.drop();
});

test('once mended, what was parked and what waited behind it are worked off in order and once, by a service that never stopped', async () => {
  refused.add('mended');
  await publisher.publish(added('mended', 1), added('mended', 10, 2));
  await expect
    .poll(async () => (await waitingAbout('mended')).map((one) => one.code))
    .toEqual(['poison', 'behind_parked']);
  refused.clear();
  await publisher.publish(added('mended', 100, 3));
  await expect.poll(async () => (await waitingAbout('mended')).length).toBe(3);
  await replayAll();
  await expect.poll(() => totalsTold('mended')).toEqual([1, 11, 111]);
  await expect.poll(async () => (await waitingAbout('mended')).length).toBe(0);
  await publisher.publish(added('mended', 1_000, 4));
  await expect.poll(() => totalOf('mended')).toBe(1_111);
});

test('everything replayed a second time, even what is settled, changes nothing', async () => {
  refused.add('again');
  await publisher.publish(added('again', 1), added('again', 2, 2));
  await expect.poll(async () => (await waitingAbout('again')).length).toBe(2);
  refused.clear();
  const letters = await replayAll();
  await box.replay(letters, 1_000);
  await expect.poll(() => totalOf('again')).toBe(3);
  await box.replay(letters, 1_000);
  await everythingIsDone('after-again');
  expect([await totalOf('again'), totalsTold('again'), await box.stillWaiting(letters)]).toEqual([3, [1, 3], 0]);
  expect(await replayAll()).toEqual([]);
});

test('a replay before the cause is mended parks it again, at its old place, and nothing overtakes it', async () => {
  refused.add('early');
  await publisher.publish(added('early', 1), added('early', 10, 2));
  await expect.poll(async () => (await waitingAbout('early')).length).toBe(2);
  const [poison, behind] = await waitingAbout('early');
  if (!poison || !behind) throw new Error('both wait');
  await box.replay([behind, poison], 1_000);
  await everythingIsDone('after-early');
  expect(await totalOf('early')).toBeUndefined();
  expect((await waitingAbout('early')).map((one) => one.place)).toEqual([poison.place, behind.place]);
  refused.clear();
  await replayAll();
  await expect.poll(() => totalsTold('early')).toEqual([1, 11]);
});

test('a service that was started anew still knows what waits, and takes the replay', async () => {
  refused.add('restarted');
  await publisher.publish(added('restarted', 1));
  await expect.poll(async () => (await waitingAbout('restarted')).length).toBe(1);
  await running.stop();
  refused.clear();
  running = await start();
  await publisher.publish(added('restarted', 10, 2));
  await expect.poll(async () => (await waitingAbout('restarted')).length).toBe(2);
  await replayAll();
  await expect.poll(() => totalsTold('restarted')).toEqual([1, 11]);
});

test('a replay for another subscription is passed over: it has had the original', async () => {
  refused.add('foreign');
  await publisher.publish(added('foreign', 1));
  await expect.poll(async () => (await waitingAbout('foreign')).length).toBe(1);
  const [letter] = await waitingAbout('foreign');
  if (!letter) throw new Error('it waits');
  refused.clear();
  await box.replay([{ ...letter, group: 'other' }], 1_000);
  await everythingIsDone('after-foreign');
  expect([await totalOf('foreign'), (await waitingAbout('foreign')).length]).toEqual([undefined, 1]);
  await replayAll();
  await expect.poll(() => totalOf('foreign')).toBe(1);
});

test('what cannot be read at all is listed with its reason and original place, and stays', async () => {
  await publisher.raw('source.events', ORGANISATION, 'not json');
  const unreadable = async () => (await box.list()).filter((one) => one.code === 'unreadable');
  await expect.poll(async () => (await unreadable()).length).toBe(1);
  const [letter] = await unreadable();
  expect(letter).toMatchObject({ service: 'counter', group: 'main', reason: 'not JSON', subject: null, waiting: true });
  expect(letter?.message.value?.toString()).toBe('not json');
  expect(letter?.origin.topic).toMatch(/source\.events$/);
  await replayAll();
  await everythingIsDone('after-unreadable');
  expect((await unreadable()).map((one) => one.waiting)).toEqual([true]);
});

test('what cannot be read waits behind what failed before it, though both came at once', async () => {
  refused.add('mixed');
  const broken = added('mixed', 10, 2);
  const unreadable = { ...broken, value: broken.value.replace('"by":10', '"by":"ten"') };
  await publisher.publish(added('mixed', 1), unreadable, added('mixed', 100, 3));
  await expect
    .poll(async () => (await waitingAbout('mixed')).map((one) => one.code))
    .toEqual(['poison', 'unreadable', 'behind_parked']);
  refused.clear();
  await replayAll();
  await expect.poll(() => totalOf('mixed')).toBe(1);
  await expect
    .poll(async () => (await waitingAbout('mixed')).map((one) => one.code))
    .toEqual(['unreadable', 'behind_parked']);
});

test('what is given up is worked off by nobody, says why, and lets what waited behind it go on', async () => {
  refused.add('given-up');
  await publisher.publish(added('given-up', 1), added('given-up', 10, 2));
  await expect.poll(async () => (await waitingAbout('given-up')).length).toBe(2);
  const [poison] = await waitingAbout('given-up');
  if (!poison) throw new Error('it waits');
  refused.clear();
  await box.discard([poison], 'typed twice');
  await expect.poll(async () => (await waitingAbout('given-up')).map((one) => one.code)).toEqual(['behind_parked']);
  expect(await box.stillWaiting([poison])).toBe(0);
  await replayAll();
  await expect.poll(() => totalsTold('given-up')).toEqual([10]);
  await box.replay([poison], 1_000);
  await everythingIsDone('after-given-up');
  expect(totalsTold('given-up')).toEqual([10]);
  const shown = (await box.list()).find((one) => one.id === poison.id);
  expect(shown).toMatchObject({ waiting: false, discarded: { why: 'typed twice' } });
});

test('a service that did not run takes the word that something is given up when it starts', async () => {
  refused.add('given-up-later');
  await publisher.publish(added('given-up-later', 1));
  await expect.poll(async () => (await waitingAbout('given-up-later')).length).toBe(1);
  await running.stop();
  await box.discard(await waitingAbout('given-up-later'), 'no use');
  expect((await waitingAbout('given-up-later')).length).toBe(1);
  refused.clear();
  running = await start();
  await expect.poll(async () => (await waitingAbout('given-up-later')).length).toBe(0);
  await publisher.publish(added('given-up-later', 10, 2));
  await expect.poll(() => totalsTold('given-up-later')).toEqual([10]);
});

test('what comes a second time while it waits keeps its place and why it was parked', async () => {
  refused.add('twice');
  await publisher.publish(added('twice', 1), added('twice', 10, 2));
  await expect.poll(async () => (await waitingAbout('twice')).length).toBe(2);
  const parked = await waitingAbout('twice');
  await running.stop();
  const topic = `${slice.kafkaPrefix}source.events`;
  await moveGroup(slice.kafkaBrokers, `${slice.kafkaPrefix}counter.main`, topic, 0);
  running = await start();
  await everythingIsDone('after-twice');
  const why = ({ id: _, parkedAt: __, ...letter }: (typeof parked)[number]) => letter;
  expect((await waitingAbout('twice')).map(why)).toEqual(parked.map(why));
  refused.clear();
  await replayAll();
  await expect.poll(() => totalsTold('twice')).toEqual([1, 11]);
});

test('what a member parks that slept while others took its partitions is worked off by them when it is replayed', async () => {
  const event = added('slept', 1);
  await publisher.publish(event);
  await expect.poll(() => totalOf('slept')).toBe(1);
  await parkedByAnother(slice, event, 'slept');
  expect((await waitingAbout('slept')).map((one) => one.code)).toEqual(['slept']);
  await replayAll();
  await expect.poll(async () => (await waitingAbout('slept')).length).toBe(0);
  expect(totalsTold('slept')).toEqual([1]);
});

test('a message as large as its topic takes is parked like any other, though its letter is larger', async () => {
  await publisher.raw('source.events', ORGANISATION, 'x'.repeat(2 * 1024 * 1024 - 150));
  await everythingIsDone('after-large');
  const letters = (await box.list()).filter((one) => (one.message.value?.length ?? 0) > 2_000_000);
  expect(letters).toMatchObject([{ code: 'unreadable', waiting: true }]);
});
