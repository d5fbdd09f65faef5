import { eventually, freePort, type TcpProxy, tcpProxy } from '@malipo/test-kit';
import { maskMsisdn } from '@malipo/values';
import { afterAll, afterEach, beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { newPhone, newShortcode, openPrompting, type Prompting } from './prompting.ts';
import { confirmation, deliver } from './support.ts';

/** A payment and the end of its prompt, told at the same moment to two processes. */
let prompting: Prompting;
let database: TcpProxy;
beforeAll(async () => {
  database = await tcpProxy(Number(/:(\d+)/.exec(inject('stack').mongoUrl.replace('mongodb://', ''))?.[1]));
  prompting = await openPrompting(held());
});
afterEach(() => database.restore());
afterAll(async () => {
  await prompting?.close();
  await database?.close();
});

/** Of an instance whose requests to the database can be held back. */
const held = () => ({ MALIPO_MONGO_URL: `mongodb://127.0.0.1:${database.port}/?directConnection=true`, ...PATIENT });

/** A prompt waits for its answer however slowly a busy machine goes on. */
const PATIENT = { MALIPO_STK_EXPIRE_AFTER_MS: '3600000' };

/** A till with a prompt on a phone, and the confirmation of its money, which tells the number masked. */
async function openTill() {
  const till = await prompting.open({ kind: 'till', storeNumber: newShortcode() });
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk: 'hold', callback: 'lost' });
  const { body } = await till.ask(phone);
  const masked = { BusinessShortCode: till.shortcode, BillRefNumber: '', MSISDN: maskMsisdn(phone) };
  const approve = () =>
    prompting.sandbox.control('POST', `/pushes/${body.checkoutRequestId}/answer`, { outcome: 'approve' });
  return {
    ...till,
    id: body.id,
    approve,
    pay: (TransID: string, base?: string) =>
      deliver(till.channel.callbackUrls.confirmation, confirmation({ ...masked, TransID }), base ? { base } : {}),
  };
}

it('money that saw its prompt open and is committed after a query ended it, is linked all the same', async () => {
  const { shop, id, approve, pay, settled } = await openTill();
  const reached = database.hold('HELDMONEY1');
  const answer = pay('HELDMONEY1');
  await reached;
  await approve();
  // not `settled`: it waits for the spool, where the callback may lie, held back as well
  await eventually(() => shop.call('GET', `/api/v1/payment-requests/${id}`)).toMatchObject({
    body: { status: 'succeeded' },
  });
  database.restore();
  await answer;
  await settled(id).toMatchObject({ status: 'succeeded', paymentId: expect.any(String) });
  expect(await shop.paymentsOf('HELDMONEY1')).toMatchObject([
    { paymentRequestId: id, reference: 'INV0042', repeats: 0 },
  ]);
  await eventually(() => prompting.told('payment.evidence-added', id)).toHaveLength(1);
});

it('so is money that is committed while the query’s word is being written, and does not see it', async () => {
  const { shop, id, approve, pay, settled } = await openTill();
  const reached = database.hold('The service request is processed successfully.');
  await approve();
  await reached;
  // not before: of two processes the one that cannot ask could take the turn each time
  const other = await prompting.world.start({
    MALIPO_MONGO_URL: inject('stack').mongoUrl,
    MALIPO_DARAJA_TEST_URL: `http://127.0.0.1:${await freePort()}`,
    ...PATIENT,
  });
  onTestFinished(() => other.stop()); // or it would go on taking turns in the next
  await pay('HELDQUERY1', other.url);
  await eventually(() => shop.paymentsOf('HELDQUERY1')).toMatchObject([{ paymentRequestId: null }]);
  database.restore();
  await settled(id).toMatchObject({ status: 'succeeded', paymentId: expect.any(String) });
  expect(await shop.paymentsOf('HELDQUERY1')).toMatchObject([{ paymentRequestId: id, reference: 'INV0042' }]);
});

it('a prompt is asked after by the store number that it was made with, also where that was changed meanwhile', async () => {
  const { shop, channel, ask, settled } = await prompting.open({ kind: 'till', storeNumber: newShortcode() });
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk: 'hold', callback: 'lost' });
  const { body } = await ask(phone);
  const storeNumber = newShortcode();
  expect((await shop.call('PATCH', `/api/v1/payment-channels/${channel.id}`, { storeNumber })).status).toBe(200);
  await prompting.sandbox.control('POST', `/pushes/${body.checkoutRequestId}/answer`, { outcome: 'cancel' });
  await settled(body.id).toMatchObject({ status: 'cancelled', resultCode: '1032' });
});
