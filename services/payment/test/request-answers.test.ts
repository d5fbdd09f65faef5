import { maskMsisdn } from '@malipo/values';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newPhone, newShortcode, openPrompting, type Prompting } from './prompting.ts';
import { confirmation, deliver, stkFailure } from './support.ts';

/** Which money answers a prompt, where no message says so itself. */
let prompting: Prompting;
beforeAll(async () => {
  prompting = await openPrompting();
});
afterAll(() => prompting?.close());

type Paid = { receipt: string };
const redeliver = ({ receipt }: Paid) => prompting.sandbox.control('POST', `/payments/${receipt}/redeliver`, {});

it('money that was known before a prompt was made does not answer it, however often it is told', async () => {
  const { shop, shortcode, register, ask, read } = await prompting.open();
  await register();
  const phone = newPhone();
  const payment = { shortcode, amount: 1_500, reference: 'RENT7', phone };
  const paid = await prompting.sandbox.control<Paid>('POST', '/payments', payment);
  await prompting.sandbox.next(phone, { stk: 'hold' });
  const { body } = await ask(phone, { accountReference: 'RENT7' });
  await redeliver(paid);
  expect(await shop.paymentsOf()).toMatchObject([{ repeats: 1, paymentRequestId: null }]);
  expect(await read(body.id)).toMatchObject({ status: 'prompted', paymentId: null });
});

it('nor does its twin, which is new: it is kept beside the money, and the prompt waits on', async () => {
  const { shop, shortcode, register, ask, read } = await prompting.open();
  const phone = newPhone();
  const payment = { shortcode, amount: 1_500, reference: 'RENT7', phone, deliver: { drop: true } };
  const paid = await prompting.sandbox.control<Paid>('POST', '/payments', payment);
  await register(true);
  await expect.poll(() => shop.paymentsOf()).toMatchObject([{ evidence: ['pull'] }]);
  await prompting.sandbox.next(phone, { stk: 'hold' });
  const { body } = await ask(phone, { accountReference: 'RENT7' });
  await redeliver(paid);
  expect(await shop.paymentsOf()).toMatchObject([{ evidence: ['pull', 'c2b'], paymentRequestId: null }]);
  expect(await read(body.id)).toMatchObject({ status: 'prompted', paymentId: null });
});

it('one payment answers one of two equal prompts', async () => {
  const { shop, shortcode, register, ask, read, settled } = await prompting.open();
  await register();
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk: 'approve', c2b: 'after' });
  const first = await ask(phone);
  await settled(first.body.id).toMatchObject({ status: 'succeeded', paymentId: expect.any(String) });
  await expect.poll(async () => (await shop.paymentsOf())[0]?.evidence).toHaveLength(2);
  await prompting.sandbox.next(phone, { stk: 'hold' });
  const second = await ask(phone);
  for (const { receipt } of await prompting.sandbox.statement(shortcode)) await redeliver({ receipt });
  const [payment, ...others] = await shop.paymentsOf();
  expect([payment?.paymentRequestId, others]).toEqual([first.body.id, []]);
  expect(payment?.repeats).toBeGreaterThan(0);
  expect(await read(second.body.id)).toMatchObject({ status: 'prompted', paymentId: null });
});

it('a prompt that ended without an answer is paid after all by what Pull brings', async () => {
  const { shop, register, ask, settled } = await prompting.open();
  const phone = newPhone();
  await prompting.sandbox.control('POST', '/faults', { kind: 'lost_answer', path: '/mpesa/stkpush/v1' });
  await prompting.sandbox.next(phone, { callback: 'lost', c2b: 'none' });
  const { body } = await ask(phone);
  await settled(body.id).toMatchObject({ status: 'expired', resultCode: 'no_answer' });
  await register(true);
  await settled(body.id).toMatchObject({ status: 'succeeded', paymentId: expect.any(String) });
  expect(await shop.paymentsOf()).toMatchObject([{ evidence: ['pull'], paymentRequestId: body.id }]);
});

it('a till’s prompt whose callback is lost is linked with what Pull brings, though that names no reference', async () => {
  const { shop, register, ask, settled } = await prompting.open({ kind: 'till', storeNumber: newShortcode() });
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk: 'approve', callback: 'lost', c2b: 'none' });
  const { body } = await ask(phone);
  await settled(body.id).toMatchObject({ status: 'succeeded' });
  await register(true);
  await settled(body.id).toMatchObject({ status: 'succeeded', paymentId: expect.any(String) });
  expect(await shop.paymentsOf()).toMatchObject([{ evidence: ['pull'], paymentRequestId: body.id }]);
});

it('so it is with money that came before a query said that the prompt was paid', async () => {
  const till = { kind: 'till', storeNumber: newShortcode() };
  const { shop, shortcode, channel, ask, settled } = await prompting.open(till);
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk: 'hold', callback: 'lost' });
  const { body } = await ask(phone);
  const money = { BusinessShortCode: shortcode, BillRefNumber: '', MSISDN: maskMsisdn(phone) };
  await deliver(channel.callbackUrls.confirmation, confirmation(money));
  expect(await shop.paymentsOf()).toMatchObject([{ paymentRequestId: null }]);
  await prompting.sandbox.control('POST', `/pushes/${body.checkoutRequestId}/answer`, { outcome: 'approve' });
  await settled(body.id).toMatchObject({ status: 'succeeded', paymentId: expect.any(String) });
  expect(await shop.paymentsOf()).toMatchObject([{ paymentRequestId: body.id, reference: 'INV0042', repeats: 0 }]);
  await expect.poll(() => prompting.told('payment.evidence-added', body.id)).toHaveLength(1);
  await expect.poll(() => prompting.told('payment-request.settled', body.id)).toHaveLength(1);
});

it('a channel that refuses unknown accounts lets the references of its own prompts pass, also after their end', async () => {
  const { channel, ask } = await prompting.open({ validation: 'reject_unknown_account' });
  const validate = async (BillRefNumber: string) =>
    (await deliver(channel.callbackUrls.validation, confirmation({ BillRefNumber }))).text;
  await expect.poll(() => validate('DEPOSIT7')).toContain('Rejected');
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk: 'hold' });
  const { body } = await ask(phone, { accountReference: 'Deposit7' });
  expect(await validate('Deposit7')).toContain('Accepted');
  await deliver(`${channel.callbackUrls.stk}/${body.id}`, stkFailure(1037));
  expect(await validate('DEPOSIT 7')).toContain('Accepted');
  expect(await validate('DEPOSIT8')).toContain('Rejected');
});

it('a prompt ends in time also while the provider lets nobody in to ask after it', async () => {
  const { ask, settled } = await prompting.open();
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk: 'hold' });
  const { body } = await ask(phone);
  await prompting.sandbox.control('POST', '/tokens/expire', {});
  await prompting.sandbox.control('POST', '/faults', { kind: 'internal', path: '/oauth', times: 10_000 });
  await settled(body.id).toMatchObject({ status: 'expired', resultCode: 'no_answer' });
});
