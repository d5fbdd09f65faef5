import { createSlice, createTestPublisher, ownBroker, testKeys } from '@malipo/test-kit';
import { expect, inject, test } from 'vitest';
import { Added, counter } from './counter-service.ts';
import { derivedCount, startService } from './support.ts';

const added = (name: string) =>
  Added.create(
    { name, by: 1 },
    { organisationId: '01890000-0000-7000-8000-000000000001', subject: { id: name, version: 1 }, at: new Date() },
  );

test('one of which nothing is wanted any more when it is back is reached all the same', async () => {
  const broker = await ownBroker();
  const slice = createSlice({ ...inject('stack'), kafkaBrokers: broker.addresses });
  const keys = await testKeys();
  let isWanted = true;
  const picky: typeof counter = {
    ...counter,
    subscriptions: (deps) =>
      (counter.subscriptions?.(deps) ?? []).map((one) => ({
        ...one,
        wants: async () => (isWanted ? () => true : 'nothing'),
      })),
  };
  const running = await startService(picky, { env: slice.env({ MALIPO_JWKS_URL: keys.jwksUrl }) });
  const publisher = await createTestPublisher(slice);
  await publisher.publish(added('read'));
  await expect.poll(() => derivedCount(slice, 'read')).toBe(1);
  broker.kill();
  await expect.poll(() => running.ready()).toBe(false);
  isWanted = false;
  await broker.start();
  await expect.poll(() => running.ready()).toBe(true);
  await Promise.all([running.stop(), publisher.close(), keys.close()]);
  await slice.drop();
}, 120_000);

test('a broker that is killed is waited for: not ready meanwhile, then everything is worked off, once', async () => {
  const broker = await ownBroker();
  const slice = createSlice({ ...inject('stack'), kafkaBrokers: broker.addresses });
  const keys = await testKeys();
  const running = await startService(counter, { env: slice.env({ MALIPO_JWKS_URL: keys.jwksUrl }) });
  const publisher = await createTestPublisher(slice);
  const totalOf = (name: string) => derivedCount(slice, name);
  await publisher.publish(added('before'));
  await expect.poll(() => totalOf('before')).toBe(1);

  broker.kill();
  await expect.poll(() => running.ready()).toBe(false);
  await running.relay.commit(async ({ tell }) => tell(added('meanwhile')));
  const again = await broker.start();
  expect(again.kafkaBrokers).toEqual(broker.addresses);

  await expect.poll(() => totalOf('meanwhile')).toBe(1);
  await expect.poll(() => running.ready()).toBe(true);
  await publisher.publish(added('after'), added('before'));
  await expect.poll(() => totalOf('after')).toBe(1);
  await expect.poll(() => totalOf('before')).toBe(2);
  await Promise.all([running.stop(), publisher.close(), keys.close()]);
  await slice.drop();
}, 120_000);
