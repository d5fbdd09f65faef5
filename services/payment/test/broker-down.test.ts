import { randomBytes } from 'node:crypto';
import { startStack, stopStack } from '@malipo/test-kit/stack';
import { expect, inject, it, onTestFinished } from 'vitest';
import { confirmation, deliver, startWorld } from './support.ts';

/** A broker of this test's own, beside the run's databases. */
async function ownBroker() {
  const instance = `payment-${randomBytes(4).toString('hex')}`;
  const { mongoUrl, redisUrl } = inject('stack');
  const env = { MALIPO_STACK: 'native', MALIPO_MONGO_URL: mongoUrl, MALIPO_REDIS_URL: redisUrl };
  onTestFinished(() => stopStack(instance, { wipe: true, env }));
  const start = () => startStack({ instance, env, daemon: true });
  return { start, first: await start() };
}

it('nobody is refused while Kafka is out of reach: an invoice may have been issued that nobody could tell us of', async () => {
  const broker = await ownBroker();
  const world = await startWorld({ MALIPO_KAFKA_BROKERS: String(broker.first.kafkaBrokers) });
  onTestFinished(() => world.close());
  const shop = await world.organisation();
  const { callbackUrls } = await shop.openChannel({ validation: 'reject_unknown_account' });
  const validate = async () => (await deliver(callbackUrls.validation, confirmation({ BillRefNumber: 'NEW7' }))).text;
  await expect.poll(validate).toContain('Rejected');
  for (const pid of Object.values(broker.first.pids)) process.kill(pid, 'SIGKILL');
  await expect.poll(validate).toContain('Accepted');
  await broker.start();
  await expect.poll(validate).toContain('Rejected');
}, 120_000);
