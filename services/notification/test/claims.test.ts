import { spawn } from 'node:child_process';
import { createTestPublisher } from '@malipo/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  allocated,
  createWorld,
  customer,
  eventually,
  fresh,
  listed,
  openWorld,
  organisation,
  smsAbout,
  type World,
} from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const sentFor = (receipt: string) => smsAbout(world, receipt);

describe('a claim', () => {
  it('whose process is killed before the answer leaves the message unknown, and sent once', async () => {
    const other = await createWorld();
    try {
      await other.service.stop();
      other.provider.behave('holds');
      const child = spawn(process.execPath, ['services/notification/src/main.ts'], {
        env: { ...other.settings, PATH: process.env.PATH ?? '' },
        stdio: 'ignore',
      });
      const { customerId, event } = customer(other.organisationId);
      const receipt = fresh();
      const payment = allocated(other.organisationId, { customerId, receipt });
      await other.publisher.publish(organisation(other.organisationId), event, payment.event);
      await eventually(() => other.provider.sms()).toHaveLength(1);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      other.provider.behave('takes');
      other.clock.aheadMs = 120_000; // longer than a claim lasts
      other.service = await other.start();
      await eventually(() => listed(other, '?status=unknown')).toMatchObject([
        { medium: 'sms', reason: 'claim_expired' },
      ]);
      expect(other.provider.sms()).toHaveLength(1);
    } finally {
      await other.close();
    }
  }, 90_000);

  it('two replicas share the queue and send each receipt once', async () => {
    const twin = await world.start();
    const { customerId, event } = customer(world.organisationId, { phone: '254711000005' });
    const receipts = Array.from({ length: 120 }, fresh);
    const second = await createTestPublisher(world.slice);
    const payments = receipts.map((receipt) => allocated(world.organisationId, { customerId, receipt }));
    await world.publisher.publish(event, ...payments.map((one) => one.event));
    await second.publish(...payments.map((one) => one.event));
    await eventually(
      async () =>
        (await listed(world, `?customerId=${customerId}&status=sent&limit=200`)).filter((one) => one.medium === 'sms')
          .length,
    ).toBe(120);
    expect(receipts.filter((receipt) => sentFor(receipt).length !== 1)).toEqual([]);
    await second.close();
    await twin.stop();
  }, 60_000);

  it('must outlast a provider that keeps silent, or the service does not start', async () => {
    const start = (seconds: string) =>
      world.start({ MALIPO_MESSAGE_CLAIM_SECONDS: seconds, MALIPO_MESSAGE_TIMEOUT_MS: '9900' });
    await expect(start('19')).rejects.toThrow(/MALIPO_MESSAGE_CLAIM_SECONDS: .*MALIPO_MESSAGE_TIMEOUT_MS.* 20 /);
    await (await start('20')).stop();
  });
});
