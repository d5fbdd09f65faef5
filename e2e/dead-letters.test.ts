import { type Running, startService } from '@malipo/service-kit';
import { createSlice, createTestPublisher, testKeys } from '@malipo/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Added, counter, refused } from '../packages/service-kit/test/counter-service.ts';
import { runScript } from './src/run-script.ts';

const slice = createSlice();
const ORGANISATION = '01890000-0000-7000-8000-000000000001';
let keys: Awaited<ReturnType<typeof testKeys>>;
let publisher: Awaited<ReturnType<typeof createTestPublisher>>;
let running: Running;

const deadLetters = (...args: string[]) => runScript('dead-letters', args, slice.env());
const added = (name: string, by: number, version: number) =>
  Added.create({ name, by }, { organisationId: ORGANISATION, subject: { id: name, version }, at: new Date() });

beforeAll(async () => {
  keys = await testKeys();
  running = await startService(counter, { env: slice.env({ MALIPO_JWKS_URL: keys.jwksUrl }) });
  publisher = await createTestPublisher(slice);
});
afterAll(async () => {
  await Promise.all([running.stop(), publisher.close(), keys.close()]);
  await slice.drop();
});

test('an operator finds what could not be worked off, reads why, and sends it again once the cause is mended', async () => {
  expect((await deadLetters('list')).stdout).toContain('no message waits');
  refused.add('stuck');
  await publisher.publish(added('stuck', 1, 1), added('stuck', 2, 2));
  await expect.poll(async () => (await deadLetters('list')).stdout).toMatch(/behind_parked/);
  const { stdout: listed } = await deadLetters('list');
  expect(listed).toMatch(
    /counter\/0\/0 .*waits .* poison .*count\.added .*source\.events\/\d+@\d+ .*cannot be counted/,
  );

  const shown = await deadLetters('show', 'counter/0/0');
  expect(shown.stdout).toMatch(/subscription\s+counter\.main/);
  expect(shown.stdout).toContain('"name": "stuck"');

  const dry = await deadLetters('replay', '--code', 'poison', '--dry-run');
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('2 would be replayed; nothing was sent')]);

  refused.clear();
  const replayed = await deadLetters('replay', '--service', 'counter', '--rate', '50');
  expect([replayed.code, replayed.stdout]).toEqual([0, expect.stringContaining('2 replayed, 2 worked off, 0 still')]);
  expect((await deadLetters('replay')).stdout).toContain('nothing to replay');
  expect((await deadLetters('list', '--all')).stdout).toMatch(/counter\/0\/0 .*worked off/);
}, 120_000);

test('an operator gives up what no replay can help, and says why', async () => {
  await publisher.raw('source.events', ORGANISATION, 'no JSON');
  const unreadable = async () =>
    /(counter\/\d+\/\d+) .*waits .* unreadable/.exec((await deadLetters('list')).stdout)?.[1];
  await expect.poll(unreadable).toBeDefined();
  const id = (await unreadable()) ?? '';
  const silent = await deadLetters('discard', id);
  expect([silent.code, silent.stderr]).toEqual([2, expect.stringContaining('--why')]);
  const done = await deadLetters('discard', id, '--why', 'sent by hand, and by mistake');
  expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('1 discarded, 0 still waiting')]);
  expect((await deadLetters('list')).stdout).not.toContain(id);
  expect((await deadLetters('show', id)).stdout).toMatch(/discarded .*sent by hand, and by mistake/);
  expect((await deadLetters('replay', id)).stderr).toContain(`no letter waits with the id ${id}`);
}, 120_000);

test('what it cannot do it says in one line, with the way to do it', async () => {
  const unknown = await deadLetters('show', 'counter/0/999');
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("there is no letter 'counter/0/999'")]);
  const rate = await deadLetters('replay', '--rate', 'fast');
  expect([rate.code, rate.stderr]).toEqual([2, expect.stringContaining('--rate is a number above 0')]);
  const nothing = await deadLetters();
  expect([nothing.code, nothing.stdout]).toEqual([2, expect.stringContaining('usage: ./scripts/dead-letters')]);
});
