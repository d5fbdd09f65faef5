import { createSlice, type TcpProxy, tcpProxy } from '@malipo/test-kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { allocated, customer, eventually, fresh, messageOf, openWorld, smsAbout, type World } from './world.ts';

/** Between the service and MongoDB; a set that elects another primary is away for as long as that takes, ten seconds or more. */
let proxy: TcpProxy;
let world: World;

beforeEach(async () => {
  proxy = await tcpProxy(Number(new URL(createSlice().mongoUrl).port));
  const mongoUrl = `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`;
  world = await openWorld({ MALIPO_MONGO_URL: mongoUrl, MALIPO_MESSAGE_CONCURRENCY: '1' });
});
afterEach(async () => {
  proxy.restore();
  await world.close();
  await proxy.close();
});

async function pay(): Promise<{ paymentId: string; receipt: string }> {
  const { customerId, event } = customer(world.organisationId);
  const receipt = fresh();
  const payment = allocated(world.organisationId, { customerId, receipt });
  await world.publisher.publish(event, payment.event);
  return { paymentId: payment.paymentId, receipt };
}

it('what a provider said while the database was away is noted when it is back', async () => {
  world.provider.behave('holds');
  const { paymentId, receipt } = await pay();
  await eventually(() => smsAbout(world, receipt)).toHaveLength(1);
  proxy.cut();
  world.provider.takeHeld();
  // each takes as long as anybody waits for a database: what was tried at once has failed by then
  for (let count = 0; count < 3; count++) await eventually(() => world.service.ready()).toBe(false);
  proxy.restore();
  await eventually(() => messageOf(world, paymentId)).toMatchObject({ status: 'sent' });
  expect(smsAbout(world, receipt)).toHaveLength(1);
}, 90_000);

it('a receipt that waited in the queue, whose claim was written, though nobody heard so, is sent after all, and once', async () => {
  world.provider.behave('holds');
  const first = await pay();
  await eventually(() => smsAbout(world, first.receipt)).toHaveLength(1);
  const { paymentId, receipt } = await pay();
  await eventually(() => messageOf(world, paymentId)).toMatchObject({ status: 'queued' });
  proxy.loseAnswers('commitTransaction', Number.POSITIVE_INFINITY);
  world.provider.behave('takes');
  world.provider.takeHeld();
  await eventually(() => messageOf(world, paymentId)).toMatchObject({ reason: 'claim_unconfirmed' });
  proxy.loseAnswers('', 0);
  await eventually(() => messageOf(world, paymentId)).toMatchObject({ status: 'sent' });
  expect(smsAbout(world, receipt)).toHaveLength(1);
}, 150_000);

it('a receipt whose claim was written, though nobody heard so, is sent after all, and once', async () => {
  const insertOfReceipts = Buffer.from([...Buffer.from('insert\0'), 11, 0, 0, 0, ...Buffer.from('deliveries\0')]);
  proxy.loseAnswers(insertOfReceipts.toString('latin1'), 2); // the driver asks a second time by itself
  const { paymentId, receipt } = await pay();
  await eventually(() => messageOf(world, paymentId)).toMatchObject({ status: 'sent' });
  expect(smsAbout(world, receipt)).toHaveLength(1);
}, 90_000);
