import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SandboxProcess, startSandbox } from './sandbox.ts';
import {
  type ChannelBody,
  deliver,
  type Organisation,
  type PaymentBody,
  type RequestBody,
  startWorld,
  stkFailure,
  stkSuccess,
  times,
  type World,
} from './support.ts';

let sandbox: SandboxProcess;
let world: World;
let events: Awaited<ReturnType<World['events']>>;
let shop: Organisation;
let channel: ChannelBody;
let shortcodes = 600_100;

beforeAll(async () => {
  sandbox = await startSandbox();
  world = await startWorld({
    MALIPO_DARAJA_TEST_URL: sandbox.url,
    MALIPO_DARAJA_LIVE_URL: sandbox.url,
    MALIPO_SANDBOX_CONTROL: 'true',
    MALIPO_STK_QUERY_AFTER_MS: '400',
    MALIPO_STK_EXPIRE_AFTER_MS: '3000',
    MALIPO_PULL_EVERY_MS: '500',
  });
  events = await world.events();
});
afterAll(async () => {
  await events.close();
  await world.close();
  await sandbox.close();
});

let shortcode: string;
let phones = 700_000_000;
const newPhone = () => `254${++phones}`;

const open = async (more: Record<string, unknown> = {}) => {
  shop = await world.organisation();
  shortcode = String(++shortcodes);
  channel = await shop.openChannel({ shortcode, ...more });
};
const register = (pull = false) =>
  shop.call('POST', `/api/v1/payment-channels/${channel.id}/register-urls`, pull ? { pullNumber: '0700000009' } : {});
const ask = (phone: string, more: Record<string, unknown> = {}) =>
  shop.call<RequestBody & { detail: string }>('POST', '/api/v1/payment-requests', {
    accountReference: 'INV0042',
    phone,
    amountCents: 150_000,
    ...more,
  });
const read = async (id: string) => (await shop.call<RequestBody>('GET', `/api/v1/payment-requests/${id}`)).body;
const settled = (id: string) => expect.poll(() => read(id), { timeout: 15_000 });
const told = (type: string, requestId: string) =>
  events.of(type).filter(({ data }) => (data as { requestId?: string }).requestId === requestId);

it.each(['after', 'before'] as const)(
  'an approved prompt ends as one payment, with its C2B twin %s the callback',
  async (c2b) => {
    await open();
    expect((await register()).body).toEqual({ confirmation: true, pull: false });
    const phone = newPhone();
    await sandbox.next(phone, { stk: 'approve', c2b });
    const { status, body } = await ask(phone);
    expect([status, ['created', 'prompted', 'succeeded'].includes(body.status)]).toEqual([201, true]);
    await settled(body.id).toMatchObject({ status: 'succeeded', resultCode: '0' });
    await expect.poll(async () => (await shop.paymentsOf())[0]?.evidence.toSorted()).toEqual(['c2b', 'stk']);
    const payments = await shop.paymentsOf();
    expect(payments).toMatchObject([
      { paymentRequestId: body.id, reference: 'INV0042', amountCents: 150_000, flags: [], channelKind: 'paybill' },
    ]);
    expect((await read(body.id)).paymentId).toBe(payments[0]?.id);
    await expect.poll(() => told('payment-request.settled', body.id)).toHaveLength(1);
    expect(told('payment.received', body.id)).toHaveLength(1);
  },
);

it('a callback that beats the answer to its own prompt finds the request', async () => {
  await open();
  const phone = newPhone();
  await sandbox.next(phone, { callback: 'before_ack' });
  const { body } = await ask(phone);
  await settled(body.id).toMatchObject({ status: 'succeeded' });
  expect(await shop.paymentsOf()).toMatchObject([{ paymentRequestId: body.id }]);
  expect(told('payment-request.prompted', body.id)).toHaveLength(0);
});

it.each([
  ['cancel', 'cancelled', '1032'],
  ['unreachable', 'failed', '1037'],
  ['insufficient', 'failed', '1'],
  ['expired', 'expired', '1019'],
] as const)('a prompt that the payer meets with "%s" ends %s', async (stk, status, resultCode) => {
  await open();
  const phone = newPhone();
  await sandbox.next(phone, { stk, callback: 'twice' });
  const { body } = await ask(phone);
  await settled(body.id).toMatchObject({ status, resultCode, paymentId: null });
  expect(await shop.paymentsOf()).toEqual([]);
  await expect.poll(() => told('payment-request.settled', body.id)).toHaveLength(1);
});

it('a late success overrules a failure, and a late failure overrules nothing', async () => {
  await open();
  const phone = newPhone();
  await sandbox.next(phone, { stk: 'hold' });
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
    .poll(() => told('payment-request.settled', body.id).map(({ data }) => (data as RequestBody).status))
    .toEqual(['failed', 'succeeded']);
});

it('money that is not what we asked for carries a doubt', async () => {
  await open();
  const phone = newPhone();
  await sandbox.next(phone, { stk: 'hold' });
  const { body } = await ask(phone);
  await deliver(`${channel.callbackUrls.stk}/${body.id}`, stkSuccess({ receipt: 'LESS1', amount: 5 }));
  expect(await shop.paymentsOf('LESS1')).toMatchObject([{ flags: ['amount_differs_from_request'] }]);
});

it('a query that says "paid" settles the request and makes no payment', async () => {
  await open();
  const phone = newPhone();
  await sandbox.next(phone, { callback: 'lost', c2b: 'none' });
  const { body } = await ask(phone);
  await settled(body.id).toMatchObject({ status: 'succeeded', resultCode: '0', paymentId: null });
  expect(await shop.paymentsOf()).toEqual([]);
});

it('a lost callback is found by a query, and its money by Pull', async () => {
  await open();
  await register(true);
  const phone = newPhone();
  await sandbox.next(phone, { callback: 'lost', c2b: 'none' });
  const { body } = await ask(phone);
  await settled(body.id).toMatchObject({ status: 'succeeded' });
  await settled(body.id).toMatchObject({ paymentId: expect.any(String) });
  const [paid] = await sandbox.statement(shortcode);
  expect(await shop.paymentsOf()).toMatchObject([
    { transactionId: paid?.receipt, evidence: ['pull'], paymentRequestId: body.id, repeats: 0 },
  ]);
});

it('a paybill payment whose confirmation was lost is fetched once', async () => {
  await open();
  await register(true);
  const paid = await sandbox.control<{ receipt: string }>('POST', '/payments', {
    shortcode,
    amount: 750,
    reference: 'Flat 4B',
    deliver: { drop: true },
  });
  const seen = () => shop.paymentsOf(paid.receipt);
  await expect
    .poll(seen, { timeout: 15_000 })
    .toMatchObject([{ amountCents: 75_000, reference: 'Flat 4B', evidence: ['pull'] }]);
  await sandbox.control('POST', `/payments/${paid.receipt}/redeliver`, {});
  await expect.poll(seen).toMatchObject([{ evidence: ['pull', 'c2b'], repeats: 0 }]);
});

it('a query that only says "pending" lets the prompt live, and silence ends it', async () => {
  await open();
  const phone = newPhone();
  await sandbox.next(phone, { stk: 'hold' });
  const { body } = await ask(phone);
  await expect.poll(() => read(body.id)).toMatchObject({ status: 'prompted' });
  await settled(body.id).toMatchObject({ status: 'expired', resultCode: 'no_answer' });
});

it('an answer that was lost leaves the outcome open until the callback tells it', async () => {
  await open();
  const phone = newPhone();
  await sandbox.control('POST', '/faults', { kind: 'lost_answer', path: '/mpesa/stkpush' });
  const { status, body } = await ask(phone);
  expect([status, ['created', 'succeeded'].includes(body.status)]).toEqual([201, true]);
  await settled(body.id).toMatchObject({ status: 'succeeded' });
});

it('a token that ended early is renewed and the call made again', async () => {
  await open();
  const phone = newPhone();
  await ask(newPhone());
  await sandbox.control('POST', '/tokens/expire', {});
  const { body } = await ask(phone);
  await settled(body.id).toMatchObject({ status: 'succeeded' });
});

it.each(['spike_arrest', 'html', 'maintenance'] as const)(
  'a provider that answers with "%s" breaks nothing',
  async (kind) => {
    await open();
    await ask(newPhone());
    await sandbox.control('POST', '/faults', { kind, path: '/mpesa/stkpush' });
    const { status, body } = await ask(newPhone());
    expect([status, body.status]).toEqual([201, kind === 'spike_arrest' ? 'failed' : 'created']);
  },
);

it('a confirmation that fits exactly one open request is linked at once', async () => {
  await open();
  await register();
  const phone = newPhone();
  await sandbox.next(phone, { stk: 'hold' });
  const { body } = await ask(phone, { accountReference: 'RENT7' });
  await sandbox.control('POST', '/payments', { shortcode, amount: 1_500, reference: 'RENT7', phone });
  expect(await shop.paymentsOf()).toMatchObject([{ paymentRequestId: body.id, evidence: ['c2b'] }]);
  expect(await read(body.id)).toMatchObject({ status: 'succeeded' });
  await sandbox.control('POST', '/payments', { shortcode, amount: 1_500, reference: 'RENT7', phone });
  expect((await shop.paymentsOf()).map(({ paymentRequestId }) => paymentRequestId).toSorted()).toEqual(
    [body.id, null].toSorted(),
  );
});

it('one open prompt per payer and purpose, also when two are asked at once', async () => {
  await open();
  const phone = newPhone();
  await sandbox.control('PUT', `/payers/${phone}`, { stk: 'hold' });
  const answers = await Promise.all(times(5, () => ask(phone)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
  expect(answers.find(({ status }) => status === 409)?.body.code).toBe('request_open');
  expect((await ask(phone, { accountReference: 'OTHER' })).status).toBe(201);
});

it.each([
  [{ amountCents: 150_050 }, 422, 'amount_not_whole_shillings'],
  [{ amountCents: 0 }, 422, 'amount_out_of_range'],
  [{ amountCents: -100 }, 422, 'amount_out_of_range'],
  [{ amountCents: 25_000_100 }, 422, 'amount_out_of_range'],
  [{ amountCents: '150000' }, 400, 'validation_failed'],
  [{ phone: 'nobody' }, 400, 'validation_failed'],
  [{ accountReference: 'far too long a reference' }, 400, 'validation_failed'],
  [{ accountReference: undefined }, 400, 'validation_failed'],
  [{ surprise: 1 }, 400, 'validation_failed'],
  [{ channelId: '01890000-0000-7000-8000-000000000000' }, 404, 'channel_not_found'],
] as const)('refuses %j with %i %s', async (changes, status, code) => {
  await open();
  const answer = await ask(newPhone(), changes);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

it('asks for a channel where there is none or more than one, and for credentials where it must prompt', async () => {
  shop = await world.organisation();
  expect((await ask(newPhone())).body.code).toBe('channel_required');
  await open();
  await shop.openChannel({ shortcode: String(++shortcodes), kind: 'till', storeNumber: '600990' });
  expect((await ask(newPhone())).body.code).toBe('channel_required');
});

it('requests are listed by state, and are nobody else’s', async () => {
  await open();
  const { body } = await ask(newPhone());
  await settled(body.id).toMatchObject({ status: 'succeeded' });
  const list = async (query: string) =>
    (await shop.call<{ data: RequestBody[] }>('GET', `/api/v1/payment-requests${query}`)).body.data.map(({ id }) => id);
  expect([await list('?status=succeeded'), await list('?status=failed')]).toEqual([[body.id], []]);
  const stranger = await world.organisation();
  expect((await stranger.call('GET', `/api/v1/payment-requests/${body.id}`)).status).toBe(404);
  const viewer = await world.member(shop.id, ['viewer']);
  expect((await viewer.call('POST', '/api/v1/payment-requests', {})).status).toBe(403);
});

it('a live channel must pass a call to the provider, hears only the provider’s addresses, and is never mixed with test', async () => {
  shop = await world.organisation();
  shortcode = String(++shortcodes);
  const credentials = { consumerKey: `key-${shortcode}`, consumerSecret: 'secret', passkey: 'passkey' };
  const wanted = { rail: 'mpesa', kind: 'paybill', shortcode, name: 'Live', mode: 'live', credentials };
  const refused = await shop.call('POST', '/api/v1/payment-channels', wanted);
  expect([refused.status, refused.body.code]).toEqual([422, 'credentials_refused']);
  await sandbox.control('POST', '/shortcodes', { shortcode, kind: 'paybill', ...credentials });
  channel = await shop.openChannel(wanted);
  const rival = await (await world.organisation()).call('POST', '/api/v1/payment-channels', wanted);
  expect([rival.status, rival.body.code]).toEqual([409, 'shortcode_taken']);
  const test = await shop.openChannel({ shortcode, mode: 'test' });
  const body = { TransID: 'MODES', TransAmount: '10', BusinessShortCode: shortcode };
  await deliver(channel.callbackUrls.confirmation, body);
  await deliver(test.callbackUrls.confirmation, body);
  const payments = (await shop.paymentsOf('MODES')).map(({ mode, flags }: PaymentBody) => [
    mode,
    flags.includes('unlisted_sender'),
  ]);
  expect(payments.toSorted()).toEqual([
    ['live', true],
    ['test', false],
  ]);
});
