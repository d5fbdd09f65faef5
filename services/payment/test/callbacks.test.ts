import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  ACCEPTED,
  type ChannelBody,
  confirmation,
  deliver,
  type Organisation,
  type Page,
  type PaymentBody,
  SUCCESS,
  startWorld,
  stkSuccess,
  times,
  type World,
} from './support.ts';

let world: World;
let events: Awaited<ReturnType<World['events']>>;
let shop: Organisation;
let channel: ChannelBody;

beforeAll(async () => {
  world = await startWorld();
  events = await world.events();
});
afterAll(async () => {
  await events.close();
  await world.close();
});
const open = async () => {
  shop = await world.organisation();
  channel = await shop.openChannel();
};
const receiptOf = (data: unknown) => (data as { receipt?: string }).receipt;
const told = (type: string, receipt: string) =>
  events.of(type).filter((event) => event.organisationId === shop.id && receiptOf(event.data) === receipt);

it('a confirmation becomes a payment and an event', async () => {
  await open();
  const answer = await deliver(channel.callbackUrls.confirmation, confirmation());
  expect([answer.status, answer.text]).toEqual([200, SUCCESS]);
  const [payment, ...others] = await shop.paymentsOf('UAF5X0A1B2');
  expect(others).toEqual([]);
  expect(payment).toMatchObject({
    status: 'received',
    amountCents: 150_000,
    reference: 'inv 0042',
    payerNames: ['JANE DOE'],
    payerNumber: { form: 'masked', value: '2547*****126' },
    evidence: ['c2b'],
    repeats: 0,
    flags: [],
    mode: 'test',
  });
  await expect.poll(() => told('payment.received', 'UAF5X0A1B2')).toHaveLength(1);
  expect(told('payment.received', 'UAF5X0A1B2')[0]).toMatchObject({
    subject: { id: payment?.id, version: 1 },
    data: { paymentId: payment?.id, amountCents: 150_000, channelKind: 'paybill', reference: 'inv 0042' },
  });
});

it('fifty deliveries at once and one later make one payment, one event and fifty repeats', async () => {
  await open();
  const body = confirmation({ TransID: 'FIFTY00001' });
  const answers = await Promise.all(times(50, () => deliver(channel.callbackUrls.confirmation, body)));
  answers.push(await deliver(channel.callbackUrls.confirmation, body));
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set([`200 ${SUCCESS}`]));
  await expect.poll(() => shop.paymentsOf('FIFTY00001')).toMatchObject([{ repeats: 50, evidence: ['c2b'], flags: [] }]);
  await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: 'FIFTY00002' }));
  await expect.poll(() => told('payment.received', 'FIFTY00002')).toHaveLength(1);
  expect(told('payment.received', 'FIFTY00001')).toHaveLength(1);
  expect(told('payment.evidence-added', 'FIFTY00001')).toHaveLength(0);
});

it('two instances on one database make one payment each', async () => {
  await open();
  const other = await world.start();
  const bodies = times(20, (index) => confirmation({ TransID: `TWO${index}` }));
  const answers = await Promise.all(
    bodies.flatMap((body) =>
      times(10, (index) =>
        deliver(channel.callbackUrls.confirmation, body, { base: index % 2 ? other.url : world.url }),
      ),
    ),
  );
  expect(answers.every(({ text }) => text === SUCCESS)).toBe(true);
  for (const { url } of [world, other]) await world.untilSpoolIsEmpty(url); // so many at once overflow onto it
  const repeats = async () => (await shop.paymentsOf()).map((payment) => payment.repeats);
  await expect.poll(repeats).toEqual(times(20, () => 9));
});

it.each([
  ['C2B first', ['c2b', 'stk'] as const],
  ['STK first', ['stk', 'c2b'] as const],
])('a twin adds evidence and makes no second payment: %s', async (_name, order) => {
  await open();
  const receipt = `TWIN${order[0].toUpperCase()}`;
  // however it is written
  const bodies = { c2b: confirmation({ TransID: receipt.toLowerCase() }), stk: stkSuccess({ receipt }) };
  const send = {
    c2b: () => deliver(channel.callbackUrls.confirmation, bodies.c2b),
    stk: () => deliver(channel.callbackUrls.stk, bodies.stk),
  };
  for (const kind of order) await send[kind]();
  for (const kind of order) await send[kind](); // the same bytes: a repeat, not another telling
  const [payment, ...others] = await shop.paymentsOf(receipt);
  expect(others).toEqual([]);
  expect(payment).toMatchObject({
    evidence: order,
    repeats: 2,
    reference: 'inv 0042',
    channelKind: 'paybill',
    payerNames: ['JANE DOE'],
    payerNumber: { form: 'full', value: '254700000001' },
  });
  await expect.poll(() => told('payment.evidence-added', receipt)).toHaveLength(1);
  expect(told('payment.evidence-added', receipt)[0]).toMatchObject({
    subject: { version: 2 },
    data: { evidence: order[1], reference: 'inv 0042' },
  });
  const raw = await shop.call<{ data: { kind: string; body: string }[] }>('GET', `/api/v1/payments/${payment?.id}/raw`);
  expect(raw.body.data.map(({ kind }) => kind)).toEqual(order);
});

it('what a second confirmation in other bytes knows more is shown and told', async () => {
  await open();
  const [first, receipt] = ['POORER0001', 'RICHER0001'];
  const poor = (TransID: string) => confirmation({ TransID, BillRefNumber: '', OrgAccountBalance: '1.00' });
  for (const TransID of [first, receipt]) await deliver(channel.callbackUrls.confirmation, poor(TransID));
  await deliver(channel.callbackUrls.confirmation, { ...poor(first), OrgAccountBalance: '2.00' });
  await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: receipt }));
  await expect
    .poll(() => shop.paymentsOf(receipt))
    .toMatchObject([{ reference: 'inv 0042', evidence: ['c2b'], repeats: 1 }]);
  await expect.poll(() => told('payment.evidence-added', receipt)).toMatchObject([{ data: { reference: 'inv 0042' } }]);
  expect(told('payment.evidence-added', first)).toEqual([]);
});

it('twins in the same moment, each ten times, make one payment', async () => {
  await open();
  const receipts = times(10, (index) => `BOTH${index}`);
  await Promise.all(
    receipts.flatMap((receipt) =>
      times(10, () => [
        deliver(channel.callbackUrls.confirmation, confirmation({ TransID: receipt })),
        deliver(channel.callbackUrls.stk, stkSuccess({ receipt })),
      ]).flat(),
    ),
  );
  await world.untilSpoolIsEmpty();
  const seen = async () =>
    (await shop.paymentsOf()).map(({ evidence, repeats }) => [...evidence].sort().concat(String(repeats)));
  await expect.poll(seen).toEqual(times(10, () => ['c2b', 'stk', '18']));
  for (const receipt of receipts) await expect.poll(() => told('payment.evidence-added', receipt)).toHaveLength(1);
});

it('a receipt told with another amount is one payment with a doubt', async () => {
  await open();
  await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: 'AMOUNT1' }));
  await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: 'AMOUNT1', TransAmount: '15.00' }));
  expect(await shop.paymentsOf('AMOUNT1')).toMatchObject([
    { amountCents: 150_000, flags: ['amount_conflict'], repeats: 1 },
  ]);
});

it('the same receipt at two organisations makes two payments, invisible to each other', async () => {
  await open();
  const first = shop;
  await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: 'SHARED' }));
  await open();
  await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: 'SHARED', TransAmount: '20' }));
  const [mine] = await shop.paymentsOf('SHARED');
  const [theirs] = await first.paymentsOf('SHARED');
  expect([mine?.amountCents, theirs?.amountCents]).toEqual([2_000, 150_000]);
  expect((await shop.call('GET', `/api/v1/payments/${theirs?.id}`)).status).toBe(404);
  expect((await shop.call('GET', `/api/v1/payments/${theirs?.id}/raw`)).status).toBe(404);
});

it('a wrong secret or an unknown channel is 404, and nothing is stored', async () => {
  await open();
  const { confirmation: url } = channel.callbackUrls;
  const wrong = [
    url.replace(/\/[0-9a-f]{32}\//, `/${'0'.repeat(32)}/`),
    url.replace(/\/[0-9a-f]{32}\//, '/short/'),
    url.replace(channel.id, '01890000-0000-7000-8000-000000000000'),
    url.replace(channel.id, '%24gt'),
  ];
  for (const address of wrong) {
    const answer = await deliver(address, confirmation({ TransID: 'FORGED' }));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/json; charset=utf-8']);
    expect(answer.text).toBe('{"ResultCode":1,"ResultDesc":"there is no such callback address"}');
  }
  const validation = await deliver(channel.callbackUrls.validation.replace(/[0-9a-f]{32}/, '0'.repeat(32)), {});
  expect([validation.status, JSON.parse(validation.text).ResultCode]).toEqual([404, 'C2B00016']);
  expect(await shop.paymentsOf()).toEqual([]);
  expect(await shop.unreadable(channel.id)).toEqual([]);
  const metrics = await (await fetch(`${world.url}/metrics`)).text();
  expect(metrics).toMatch(/malipo_callbacks_refused_total\{service="payment"\} 5/);
  expect(metrics).not.toContain(new URL(url).pathname.split('/')[3]);
});

it('an old or odd time and an odd shape are doubts, never refusals', async () => {
  await open();
  await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: 'OLD', TransTime: '20200115083112' }));
  await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: 'NEVER', TransTime: '20261399999999' }));
  await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: 'SHAPE', BillRefNumber: { $gt: '' } }));
  const flags = new Map((await shop.paymentsOf()).map((payment) => [payment.transactionId, payment.flags]));
  expect(Object.fromEntries(flags)).toEqual({ OLD: ['odd_time'], NEVER: ['odd_time'], SHAPE: ['odd_shape'] });
});

it('money with a doubt is listed by it, and a receipt is found as people write it', async () => {
  await open();
  for (const changes of [{ TransID: 'PLAIN' }, { TransID: 'OLD', TransTime: '20200115083112' }, { TransID: 'TWICE' }])
    await deliver(channel.callbackUrls.confirmation, confirmation(changes));
  await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: 'TWICE', TransAmount: '2000.00' }));
  const receiptsOf = async (query: string) =>
    (await shop.call<Page<PaymentBody>>('GET', `/api/v1/payments?${query}`)).body.data.map((one) => one.transactionId);
  expect(await receiptsOf('flag=amount_conflict')).toEqual(['TWICE']);
  expect(await receiptsOf('flag=odd_time')).toEqual(['OLD']);
  expect(await receiptsOf('flag=unlisted_sender&status=received')).toEqual([]);
  expect(await receiptsOf('transactionId=%20twice')).toEqual(['TWICE']);
  expect((await shop.call('GET', '/api/v1/payments?flag=none')).status).toBe(400);
});

it.each(['GET', 'HEAD', 'PUT', 'DELETE'])('%s on a callback address is 405, and shows no secret', async (method) => {
  await open();
  for (const url of [channel.callbackUrls.confirmation, `${channel.callbackUrls.stk}/x`]) {
    const answer = await fetch(url, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await answer.text()).not.toContain(new URL(url).pathname.split('/')[3]);
  }
});

it.each(['0.0', '"0.0"', '0.00'])('a prompt that ended with result code %s was paid', async (code) => {
  await open();
  const body = JSON.stringify(stkSuccess({ receipt: 'POINTZERO' })).replace('"ResultCode":0', `"ResultCode":${code}`);
  expect((await deliver(channel.callbackUrls.stk, body)).text).toBe(ACCEPTED);
  await expect.poll(() => shop.paymentsOf('POINTZERO')).toMatchObject([{ evidence: ['stk'], amountCents: 150_000 }]);
  expect(await shop.unreadable(channel.id)).toEqual([]);
});

it('any content type is read, and an answer comes without one too', async () => {
  await open();
  for (const [index, type] of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', ''].entries()) {
    const body = confirmation({ TransID: `TYPE${index}` });
    const answer = await deliver(channel.callbackUrls.confirmation, body, { headers: { 'content-type': type } });
    expect(answer.text).toBe(SUCCESS);
  }
  expect(await shop.paymentsOf()).toHaveLength(4);
  const empty = await fetch(channel.callbackUrls.confirmation, { method: 'POST' });
  expect([empty.status, await empty.text()]).toEqual([200, SUCCESS]);
});

it('addresses that we start nothing for keep what is posted there', async () => {
  await open();
  for (const kind of ['result', 'timeout', 'pull'] as const)
    expect((await deliver(channel.callbackUrls[kind], { Result: kind })).text).toBe(ACCEPTED);
  expect((await shop.unreadable(channel.id)).map(({ reason }) => reason)).toEqual(times(3, () => 'not_expected'));
});
