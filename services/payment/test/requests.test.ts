import { connectMongo } from '@malipo/service-kit';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { newPhone, newShortcode, openPrompting, type Prompting } from './prompting.ts';
import { deliver, type RequestBody, stkFailure, stkSuccess, times } from './support.ts';

let prompting: Prompting;
beforeAll(async () => {
  prompting = await openPrompting();
});
afterAll(() => prompting?.close());

it.each(['after', 'before'] as const)(
  'an approved prompt ends as one payment, with its C2B twin %s the callback',
  async (c2b) => {
    const { shop, register, ask, read, settled } = await prompting.open();
    expect((await register()).body).toEqual({ confirmation: true, pull: false });
    const phone = newPhone();
    await prompting.sandbox.next(phone, { stk: 'approve', c2b });
    const { status, body } = await ask(phone);
    expect([status, ['created', 'prompted', 'succeeded'].includes(body.status)]).toEqual([201, true]);
    await settled(body.id).toMatchObject({ status: 'succeeded', resultCode: '0' });
    await expect.poll(async () => (await shop.paymentsOf())[0]?.evidence.toSorted()).toEqual(['c2b', 'stk']);
    const payments = await shop.paymentsOf();
    expect(payments).toMatchObject([
      { paymentRequestId: body.id, reference: 'INV0042', amountCents: 150_000, flags: [], channelKind: 'paybill' },
    ]);
    expect((await read(body.id)).paymentId).toBe(payments[0]?.id);
    await expect.poll(() => prompting.told('payment-request.settled', body.id)).toHaveLength(1);
    expect(prompting.told('payment.received', body.id)).toHaveLength(1);
  },
);

it('a callback that beats the answer to its own prompt finds the request', async () => {
  const { shop, ask, settled } = await prompting.open();
  const phone = newPhone();
  await prompting.sandbox.next(phone, { callback: 'before_ack' });
  const { body } = await ask(phone);
  await settled(body.id).toMatchObject({ status: 'succeeded' });
  expect(await shop.paymentsOf()).toMatchObject([{ paymentRequestId: body.id }]);
  const next = await ask(newPhone());
  await expect.poll(() => prompting.told('payment-request.prompted', next.body.id)).toHaveLength(1);
  expect(prompting.told('payment-request.prompted', body.id)).toHaveLength(0); // or it would have come before that
});

it.each([
  ['cancel', 'cancelled', '1032'],
  ['unreachable', 'failed', '1037'],
  ['insufficient', 'failed', '1'],
  ['expired', 'expired', '1019'],
] as const)('a prompt that the payer meets with "%s" ends %s', async (stk, status, resultCode) => {
  const { shop, ask, settled } = await prompting.open();
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk, callback: 'twice' });
  const { body } = await ask(phone);
  await settled(body.id).toMatchObject({ status, resultCode, paymentId: null });
  expect(await shop.paymentsOf()).toEqual([]);
  await expect.poll(() => prompting.told('payment-request.settled', body.id)).toHaveLength(1);
});

it('a late success overrules a failure, and a late failure overrules nothing', async () => {
  const { shop, channel, ask, read } = await prompting.open();
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk: 'hold' });
  const { body } = await ask(phone);
  const url = `${channel.callbackUrls.stk}/${body.id}`;
  await deliver(url, stkFailure(1037));
  expect(await read(body.id)).toMatchObject({ status: 'failed' });
  await Promise.all(times(5, () => deliver(url, stkSuccess({ receipt: 'LATE1' }))));
  expect(await read(body.id)).toMatchObject({ status: 'succeeded', resultCode: '0' });
  await deliver(url, stkFailure('1032'));
  expect(await read(body.id)).toMatchObject({ status: 'succeeded' });
  expect(await shop.paymentsOf('LATE1')).toMatchObject([{ paymentRequestId: body.id, repeats: 4 }]);
  await expect
    .poll(() => prompting.told('payment-request.settled', body.id).map(({ data }) => (data as RequestBody).status))
    .toEqual(['failed', 'succeeded']);
});

it('money that is not what we asked for carries a doubt', async () => {
  const { shop, channel, ask } = await prompting.open();
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk: 'hold' });
  const { body } = await ask(phone);
  await deliver(`${channel.callbackUrls.stk}/${body.id}`, stkSuccess({ receipt: 'LESS1', amount: 5 }));
  expect(await shop.paymentsOf('LESS1')).toMatchObject([{ flags: ['amount_differs_from_request'] }]);
});

it('a query that says "paid" settles the request and makes no payment', async () => {
  const { shop, ask, settled } = await prompting.open();
  const phone = newPhone();
  await prompting.sandbox.next(phone, { callback: 'lost', c2b: 'none' });
  const { body } = await ask(phone);
  await settled(body.id).toMatchObject({ status: 'succeeded', resultCode: '0', paymentId: null });
  expect(await shop.paymentsOf()).toEqual([]);
});

it('a lost callback is found by a query, and its money by Pull', async () => {
  const { shop, shortcode, register, ask, settled } = await prompting.open();
  await register(true);
  const phone = newPhone();
  await prompting.sandbox.next(phone, { callback: 'lost', c2b: 'none' });
  const { body } = await ask(phone);
  await settled(body.id).toMatchObject({ status: 'succeeded' });
  await settled(body.id).toMatchObject({ paymentId: expect.any(String) });
  const [paid] = await prompting.sandbox.statement(shortcode);
  expect(await shop.paymentsOf()).toMatchObject([
    { transactionId: paid?.receipt, evidence: ['pull'], paymentRequestId: body.id, repeats: 0 },
  ]);
});

it('a paybill payment whose confirmation was lost is fetched once', async () => {
  const { shop, shortcode, register } = await prompting.open();
  await register(true);
  const paid = await prompting.sandbox.control<{ receipt: string }>('POST', '/payments', {
    shortcode,
    amount: 750,
    reference: 'Flat 4B',
    deliver: { drop: true },
  });
  const seen = () => shop.paymentsOf(paid.receipt);
  await expect.poll(seen).toMatchObject([{ amountCents: 75_000, reference: 'Flat 4B', evidence: ['pull'] }]);
  await prompting.sandbox.control('POST', `/payments/${paid.receipt}/redeliver`, {});
  await expect.poll(seen).toMatchObject([{ evidence: ['pull', 'c2b'], repeats: 0 }]);
});

it('a fetched payment that cannot be read is kept for a person, as a delivered one is', async () => {
  const { shop, shortcode, channel, register } = await prompting.open();
  await register(true);
  const absurd = { shortcode, amountCents: 200_000_000_000, reference: 'RENT7', deliver: { drop: true } };
  const { receipt } = await prompting.sandbox.control<{ receipt: string }>('POST', '/payments', absurd);
  await expect
    .poll(() => shop.unreadable(channel.id))
    .toMatchObject([{ kind: 'pull', reason: 'amount_absurd', body: expect.stringContaining(receipt) }]);
});

it('a process whose clock was ahead by hours keeps nobody from fetching afterwards', async () => {
  const { shop, shortcode, channel, register } = await prompting.open();
  await register(true);
  const ahead = new Date(Date.now() + 3 * 3_600_000);
  const mongo = connectMongo(inject('stack').mongoUrl, `${prompting.world.slice.dbPrefix}payment`);
  await mongo.db
    .collection<{ _id: string }>('payment_channels')
    .updateOne({ _id: channel.id }, { $set: { 'pull.lastGoodAt': ahead, 'pull.leaseUntil': ahead } });
  await mongo.close();
  const lost = { shortcode, amount: 750, reference: 'RENT7', deliver: { drop: true } };
  const { receipt } = await prompting.sandbox.control<{ receipt: string }>('POST', '/payments', lost);
  await expect.poll(() => shop.paymentsOf(receipt)).toHaveLength(1);
});

it('a query that only says "pending" lets the prompt live, and silence ends it', async () => {
  const { ask, read, settled } = await prompting.open();
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk: 'hold' });
  const { body } = await ask(phone);
  await expect.poll(() => read(body.id)).toMatchObject({ status: 'prompted' });
  await settled(body.id).toMatchObject({ status: 'expired', resultCode: 'no_answer' });
});

it('an answer that was lost leaves the outcome open until the callback tells it', async () => {
  const { ask, settled } = await prompting.open();
  const phone = newPhone();
  await prompting.sandbox.control('POST', '/faults', { kind: 'lost_answer', path: '/mpesa/stkpush/v1' });
  const { status, body } = await ask(phone);
  expect([status, ['created', 'succeeded'].includes(body.status)]).toEqual([201, true]);
  await settled(body.id).toMatchObject({ status: 'succeeded' });
});

it('a token that ended early is renewed and the call made again', async () => {
  const { ask, settled } = await prompting.open();
  const phone = newPhone();
  await ask(newPhone());
  await prompting.sandbox.control('POST', '/tokens/expire', {});
  const { body } = await ask(phone);
  await settled(body.id).toMatchObject({ status: 'succeeded' });
});

it('a prompt that the gateway refuses with a fresh token, too, has failed: the payer may be asked again at once', async () => {
  const { ask } = await prompting.open();
  const phone = newPhone();
  await prompting.sandbox.control('POST', '/faults', { kind: 'invalid_token', path: '/mpesa/stkpush/v1', times: 2 });
  const { status, body } = await ask(phone);
  expect([status, body.status, body.resultCode]).toEqual([201, 'failed', 'daraja_token_refused']);
  expect((await ask(phone)).status).toBe(201);
});

it.each(['spike_arrest', 'html', 'maintenance'] as const)(
  'a provider that answers with "%s" breaks nothing',
  async (kind) => {
    const { ask } = await prompting.open();
    await ask(newPhone());
    await prompting.sandbox.control('POST', '/faults', { kind, path: '/mpesa/stkpush/v1' });
    const { status, body } = await ask(newPhone());
    expect([status, body.status]).toEqual([201, kind === 'spike_arrest' ? 'failed' : 'created']);
  },
);

it('a confirmation that fits exactly one open request is linked at once', async () => {
  const { shop, shortcode, register, ask, read } = await prompting.open();
  await register();
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk: 'hold' });
  const { body } = await ask(phone, { accountReference: 'RENT7' });
  await prompting.sandbox.control('POST', '/payments', { shortcode, amount: 1_500, reference: 'RENT7', phone });
  expect(await shop.paymentsOf()).toMatchObject([{ paymentRequestId: body.id, evidence: ['c2b'] }]);
  expect(await read(body.id)).toMatchObject({ status: 'succeeded' });
  await prompting.sandbox.control('POST', '/payments', { shortcode, amount: 1_500, reference: 'RENT7', phone });
  expect((await shop.paymentsOf()).map(({ paymentRequestId }) => paymentRequestId).toSorted()).toEqual(
    [body.id, null].toSorted(),
  );
});

it('a channel that is refused, since it is open already, changes nothing at the provider', async () => {
  const { shop, shortcode, register } = await prompting.open();
  await register();
  const again = { rail: 'mpesa', kind: 'till', shortcode, name: 'Again', mode: 'test' };
  const refused = await shop.call('POST', '/api/v1/payment-channels', again);
  expect([refused.status, refused.body.code]).toEqual([409, 'channel_exists']);
  const payment = { shortcode, amount: 750, reference: 'RENT7' };
  const { receipt } = await prompting.sandbox.control<{ receipt: string }>('POST', '/payments', payment);
  expect(await shop.paymentsOf(receipt)).toMatchObject([{ reference: 'RENT7' }]);
});

it('a registration that fails half way can be repeated, also where the provider takes addresses only once', async () => {
  const { sandbox, world } = prompting;
  const shop = await world.organisation();
  const shortcode = newShortcode();
  const credentials = { consumerKey: shortcode, consumerSecret: 's', passkey: 'p' };
  const production = { shortcode, kind: 'paybill', production: true, ...credentials };
  await sandbox.control('POST', '/shortcodes', production);
  const { id } = await shop.openChannel({ shortcode, mode: 'live', credentials });
  const register = () =>
    shop.call('POST', `/api/v1/payment-channels/${id}/register-urls`, { pullNumber: '0700000009' });
  await sandbox.control('POST', '/faults', { kind: 'system_busy', path: '/pulltransactions/v1/register' });
  expect(await register()).toMatchObject({ status: 502, body: { code: 'registration_refused' } });
  await sandbox.control('POST', '/faults', { kind: 'system_busy', path: '/mpesa/c2b' });
  expect(await register()).toMatchObject({ status: 502, body: { code: 'registration_refused' } });
  expect(await register()).toMatchObject({ status: 200, body: { confirmation: true, pull: true } });
  const again = await register();
  expect(again).toMatchObject({ status: 502, body: { code: 'registration_refused' } });
  expect(JSON.stringify(again.body)).toContain('already registered');
});

it.each([
  ['a lost answer', 'lost_answer'],
  ['a page instead of an answer', 'html_ok'],
])('a registration with %s is not told as refused, and may be repeated', async (_what, kind) => {
  const { register } = await prompting.open();
  await prompting.sandbox.control('POST', '/faults', { kind, path: '/mpesa/c2b' });
  expect(await register()).toMatchObject({ status: 502, body: { code: 'registration_unknown' } });
  expect(await register()).toMatchObject({ status: 200, body: { confirmation: true } });
});
