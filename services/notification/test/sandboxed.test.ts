import { expect, it, onTestFinished } from 'vitest';
import { startProvider } from './provider.ts';
import { allocated, customer, eventually, messageOf, openWorld, type World } from './world.ts';

async function openedWith(settings: Record<string, string>): Promise<World> {
  const world = await openWorld(settings);
  onTestFinished(() => world.close());
  return world;
}

/** The count after a live receipt was sent by SMS. */
async function countedAfterOne(world: World): Promise<string | undefined> {
  const { customerId, event } = customer(world.organisationId);
  const { paymentId, event: paid } = allocated(world.organisationId, { customerId });
  await world.publisher.publish(event, paid);
  await eventually(async () => (await messageOf(world, paymentId))?.status).toBe('sent');
  const { body } = await world.service.app.inject('/metrics');
  return /^malipo_messages_to_nobody_total\{medium="sms"[^}]*\} (\d+)$/m.exec(body)?.[1];
}

it('live receipts that the sandbox takes are counted, since nobody gets them', async () => {
  const sandbox = await startProvider();
  onTestFinished(() => sandbox.close());
  const careless = await openedWith({ MALIPO_SMS_URL: sandbox.url, MALIPO_SMS_TEST_URL: `${sandbox.url}/` });
  expect(await countedAfterOne(careless)).toBe('1');
  expect(await countedAfterOne(await openedWith({}))).toBeUndefined();
});
