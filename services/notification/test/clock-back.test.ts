import { systemClock } from '@malipo/test-kit';
import { it, onTestFinished } from 'vitest';
import { allocated, customer, eventually, fresh, messageOf, openWorld, smsAbout } from './world.ts';

it('a clock that is set back by an hour keeps back no message that comes afterwards', async () => {
  const clock = systemClock();
  const world = await openWorld();
  onTestFinished(() => world.close());
  const { customerId, event } = customer(world.organisationId);
  const [before, after] = [fresh(), fresh()];
  const receiptFor = (receipt: string) => allocated(world.organisationId, { customerId, receipt });
  const first = receiptFor(before);
  world.provider.behave(429);
  await world.publisher.publish(event, first.event);
  await eventually(() => messageOf(world, first.paymentId)).toMatchObject({ reason: 'http_429' }); // its line rests
  clock.aheadMs = -3_600_000;
  world.provider.behave('takes');
  await world.publisher.publish(receiptFor(after).event);
  await eventually(() => smsAbout(world, after)).toHaveLength(1);
});

it('what was queued by a clock that was hours ahead is sent once it is right again', async () => {
  const world = await openWorld();
  onTestFinished(() => world.close());
  const { customerId, event } = customer(world.organisationId);
  const queued = fresh();
  const { paymentId, event: told } = allocated(world.organisationId, { customerId, receipt: queued });
  world.clock.aheadMs = 3 * 3_600_000;
  world.provider.behave(429);
  await world.publisher.publish(event, told);
  await eventually(() => messageOf(world, paymentId)).toMatchObject({ reason: 'http_429' });
  await world.service.stop();
  world.clock.aheadMs = 0;
  world.provider.behave('takes');
  world.service = await world.start();
  await eventually(() => smsAbout(world, queued).length).toBeGreaterThan(0);
  await eventually(() => messageOf(world, paymentId)).toMatchObject({ status: 'sent' });
});
