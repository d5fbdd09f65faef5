import { connectMongo } from '@malipo/service-kit';
import { eventually, type TcpProxy, tcpProxy } from '@malipo/test-kit';
import { maskMsisdn } from '@malipo/values';
import { afterAll, afterEach, beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { newPhone, newShortcode, openPrompting, type Prompting } from './prompting.ts';
import { confirmation, deliver, stkSuccess } from './support.ts';

/** A process that is killed after its money is committed, and before that is told to the prompt. */
let prompting: Prompting;
let database: TcpProxy;
beforeAll(async () => {
  database = await tcpProxy(Number(/:(\d+)/.exec(inject('stack').mongoUrl.replace('mongodb://', ''))?.[1]));
  // a prompt waits for its answer however slowly a busy machine goes on
  prompting = await openPrompting({ MALIPO_STK_EXPIRE_AFTER_MS: '3600000' });
});
afterEach(() => {
  database.loseAnswers('', 0);
  database.restore();
});
afterAll(async () => {
  await prompting?.close();
  await database?.close();
});

const held = () => ({ MALIPO_MONGO_URL: `mongodb://127.0.0.1:${database.port}/?directConnection=true` });

/** Another process, two minutes later. */
async function later() {
  const running = await prompting.world.start({}, () => new Date(Date.now() + 120_000));
  onTestFinished(() => running.stop()); // or it would date what happens in the next
  return running;
}

/** From now on what is committed through the proxy is, and nobody hears so. */
const loseCommits = () => database.loseAnswers('commitTransaction', Number.POSITIVE_INFINITY);

it('money of a till whose prompt a query ended meanwhile is linked by another process', async () => {
  const { shop, shortcode, channel, ask, read, settled } = await prompting.open({
    kind: 'till',
    storeNumber: newShortcode(),
  });
  const doomed = await prompting.world.spawn(held());
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk: 'hold', callback: 'lost' });
  const { id, checkoutRequestId } = (await ask(phone)).body;
  const reached = database.hold('KILLEDTILL');
  const money = { BusinessShortCode: shortcode, BillRefNumber: '', MSISDN: maskMsisdn(phone), TransID: 'KILLEDTILL' };
  const answer = deliver(channel.callbackUrls.confirmation, confirmation(money), { base: doomed.url });
  await reached;
  await prompting.sandbox.control('POST', `/pushes/${checkoutRequestId}/answer`, { outcome: 'approve' });
  await settled(id).toMatchObject({ status: 'succeeded', paymentId: null });
  loseCommits();
  database.restore();
  await answer;
  await eventually(() => shop.paymentsOf('KILLEDTILL')).toMatchObject([{ paymentRequestId: null }]);
  await doomed.kill();
  await later();
  await eventually(() => read(id)).toMatchObject({ paymentId: expect.any(String) });
  expect(await shop.paymentsOf('KILLEDTILL')).toMatchObject([{ paymentRequestId: id }]);
});

it('so is money that comes long after its prompt ended without any', async () => {
  const { shop, channel, ask, read, settled } = await prompting.open();
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk: 'cancel', callback: 'lost' });
  const { id, checkoutRequestId } = (await ask(phone)).body;
  await settled(id).toMatchObject({ status: 'cancelled' });
  const first = await later();
  const { db, close } = connectMongo(prompting.world.slice.mongoUrl, `${prompting.world.slice.dbPrefix}payment`);
  await eventually(() => db.collection('payment_requests').countDocuments({ lookAt: { $exists: true } })).toBe(0);
  await close();
  await first.stop();
  const doomed = await prompting.world.spawn(held());
  loseCommits();
  const told = stkSuccess({ receipt: 'KILLEDLATE', ...(checkoutRequestId ? { checkoutRequestId } : {}) });
  await deliver(`${channel.callbackUrls.stk}/${id}`, told, { base: doomed.url });
  await eventually(() => shop.paymentsOf('KILLEDLATE')).toMatchObject([{ paymentRequestId: id }]);
  await doomed.kill();
  expect(await read(id)).toMatchObject({ status: 'cancelled' });
  await later();
  await eventually(() => read(id)).toMatchObject({ status: 'succeeded', paymentId: expect.any(String) });
});
