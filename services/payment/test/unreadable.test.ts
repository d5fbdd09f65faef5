import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  ACCEPTED,
  type ChannelBody,
  confirmation,
  deliver,
  type Organisation,
  SUCCESS,
  startWorld,
  stkSuccess,
  type World,
} from './support.ts';

let world: World;
let shop: Organisation;
let channel: ChannelBody;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  shop = await world.organisation();
  channel = await shop.openChannel();
});
afterAll(() => world.close());

const raw = (changes: string) =>
  JSON.stringify(confirmation()).replace('"TransAmount":"1500.00"', `"TransAmount":${changes}`);

it.each<[string, unknown, string]>([
  ['not JSON', 'TransID=UAF5X0A1B2', 'not_a_json_object'],
  ['empty', '', 'not_a_json_object'],
  ['an array', [confirmation()], 'not_a_json_object'],
  ['NaN', raw('NaN'), 'not_a_json_object'],
  ['trailing garbage', `${JSON.stringify(confirmation())}}`, 'not_a_json_object'],
  ['no receipt', confirmation({ TransID: undefined }), 'receipt_missing'],
  ['a blank receipt', confirmation({ TransID: '  ' }), 'receipt_missing'],
  ['an injected receipt', confirmation({ TransID: { $gt: '' } }), 'receipt_missing'],
  ['a receipt with control characters', confirmation({ TransID: 'A\u0000B' }), 'receipt_missing'],
  ['a negative amount', confirmation({ TransAmount: '-1500.00' }), 'amount_not_positive'],
  ['zero', confirmation({ TransAmount: '0.00' }), 'amount_not_positive'],
  ['minus zero', raw('-0'), 'amount_not_positive'],
  ['a part of a cent', confirmation({ TransAmount: '0.001' }), 'amount_unreadable'],
  ['an exponent', raw('1e3'), 'amount_unreadable'],
  ['infinity', raw('1e400'), 'amount_unreadable'],
  ['digits that a float would lose', raw('9007199254740993'), 'amount_unreadable'],
  ['decimals that a float would lose', raw('1500.0000000000000001'), 'amount_unreadable'],
  ['an absurd amount', confirmation({ TransAmount: '1000000000.00' }), 'amount_absurd'],
  ['null', raw('null'), 'amount_unreadable'],
  ['true', raw('true'), 'amount_unreadable'],
  ['Arabic-Indic digits', confirmation({ TransAmount: '١٥٠٠' }), 'amount_unreadable'],
  ['another short code', confirmation({ BusinessShortCode: '600111' }), 'shortcode_mismatch'],
])('is kept and answered as the provider expects: %s', async (_name, body, reason) => {
  for (let count = 0; count < 2; count++) {
    const answer = await deliver(channel.callbackUrls.confirmation, body);
    expect([answer.status, answer.text]).toEqual([200, SUCCESS]);
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  expect(await shop.unreadable(channel.id)).toMatchObject([{ reason, count: 2, body: text }]);
  expect(await shop.paymentsOf()).toEqual([]);
});

it.each<[string, unknown]>([
  ['a number without decimals', raw('1500')],
  ['a number with one', raw('1500.0')],
  ['thousands with a comma', confirmation({ TransAmount: '1,500.00' })],
  ['spaces', confirmation({ TransAmount: '1500 ' })],
  [
    'prototype keys',
    JSON.stringify(confirmation()).replace('{', '{"__proto__":{"TransAmount":"1"},"constructor":{"prototype":1},'),
  ],
  ['a deep extra field', JSON.stringify(confirmation()).replace('{', `{"x":${'['.repeat(5_000)}${']'.repeat(5_000)},`)],
  ['a lone surrogate', confirmation({ FirstName: '\ud800' })],
  ['a reference of emoji and right-to-left marks', confirmation({ BillRefNumber: '🏠\u202e 12 \u200b' })],
  ['a reference of 200 characters', confirmation({ BillRefNumber: 'x'.repeat(200) })],
])('is read exactly: %s', async (_name, body) => {
  expect((await deliver(channel.callbackUrls.confirmation, body)).text).toBe(SUCCESS);
  expect(await shop.paymentsOf()).toMatchObject([{ amountCents: 150_000 }]);
  expect(await shop.unreadable(channel.id)).toEqual([]);
});

it.each<[string, unknown, string]>([
  ['no callback', { Body: {} }, 'not_an_stk_callback'],
  [
    'success without metadata',
    { Body: { stkCallback: { CheckoutRequestID: 'ws_1', ResultCode: 0 } } },
    'receipt_missing',
  ],
  [
    'a failure of a prompt that nobody knows',
    { Body: { stkCallback: { CheckoutRequestID: 'ws_1', ResultCode: 1032 } } },
    'unknown_request',
  ],
  ['a failure without an id', { Body: { stkCallback: { ResultCode: '1032' } } }, 'request_missing'],
])('an STK callback is kept: %s', async (_name, body, reason) => {
  expect((await deliver(channel.callbackUrls.stk, body)).text).toBe(ACCEPTED);
  expect(await shop.unreadable(channel.id)).toMatchObject([{ reason, count: 1 }]);
});

it('STK money of a prompt that nobody knows is still money of the channel', async () => {
  await deliver(channel.callbackUrls.stk, stkSuccess({ receipt: 'STRAY1' }));
  expect(await shop.paymentsOf('STRAY1')).toMatchObject([{ channelKind: 'stk', paymentRequestId: null }]);
});

it('a huge body is answered, and its beginning and hash are kept', async () => {
  for (const size of [70_000, 10 * 1024 * 1024]) {
    const body = Buffer.alloc(size, 'x');
    const answer = await deliver(channel.callbackUrls.confirmation, body);
    expect([answer.status, answer.text]).toEqual([200, SUCCESS]);
    const kept = (await shop.unreadable(channel.id)).find((one) => one.bytes === size);
    expect([kept?.reason, kept?.body.length]).toEqual(['too_large', 65_536]);
  }
});

it('whatever is posted is answered, and is a payment or kept', async () => {
  const bodies = fc.sample(
    fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc.record({ TransID: fc.anything(), TransAmount: fc.anything(), BusinessShortCode: fc.anything() }).map(asJson),
      fc.dictionary(fc.constantFrom(...Object.keys(confirmation()), '$where', '__proto__'), fc.jsonValue()).map(asJson),
    ),
    { numRuns: 200, seed: 20260115 },
  );
  const answers = await Promise.all(
    bodies.flatMap((body) => [
      deliver(channel.callbackUrls.confirmation, body),
      deliver(channel.callbackUrls.stk, body),
    ]),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await fetch(`${world.url}/health`)).status).toBe(200);
});

const asJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? '';
