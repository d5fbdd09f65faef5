import { ownBroker } from '@malipo/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import { confirmation, deliver, startWorld } from './support.ts';

it('nobody is refused while Kafka is out of reach: an invoice may have been issued that nobody could tell us of', async () => {
  const broker = await ownBroker();
  const world = await startWorld({ MALIPO_KAFKA_BROKERS: String(broker.addresses) });
  onTestFinished(() => world.close());
  const shop = await world.organisation();
  const { callbackUrls } = await shop.openChannel({ validation: 'reject_unknown_account' });
  const validate = async () => (await deliver(callbackUrls.validation, confirmation({ BillRefNumber: 'NEW7' }))).text;
  await expect.poll(validate).toContain('Rejected');
  broker.kill();
  await expect.poll(validate).toContain('Accepted');
  await broker.start();
  await expect.poll(validate).toContain('Rejected');
}, 120_000);
