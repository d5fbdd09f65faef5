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
