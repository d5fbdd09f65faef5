import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  call,
  createClock,
  daraja,
  type Receiver,
  registerUrls,
  startReceiver,
  startSandbox,
  stkPush,
  stkQuery,
  stkRequest,
  TILL,
} from '../../test/support.ts';
import type { PayerBehaviour, Sandbox } from '../index.ts';
import { stkPassword } from './stk-request.ts';

const PHONE = '254700000001';
let sandbox: Sandbox;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  sandbox = await startSandbox();
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

/** One push by a payer who behaves so; the acknowledgement and what the callback URL got. */
async function push(behaviour: PayerBehaviour = {}, changes: Record<string, unknown> = {}) {
  sandbox.mpesa.payer(PHONE).next(behaviour);
  const ack = await stkPush(sandbox, receiver, changes);
  await sandbox.mpesa.settled();
  const callbacks = receiver.at('/stk').map((body) => body.Body.stkCallback);
  return { ack: ack.json, callback: callbacks.at(-1), callbacks, raw: receiver.received.at(-1)?.raw ?? '' };
}

it('computes the documented password', () => {
  expect(stkPassword('600999', 'example-passkey', '20260115083045')).toBe(
    'NjAwOTk5ZXhhbXBsZS1wYXNza2V5MjAyNjAxMTUwODMwNDU=',
  );
});

describe('acknowledgement', () => {
  it('means queued, and its id holds the payer', async () => {
    sandbox.mpesa.payer(PHONE).next({ stk: 'hold' });
    const { status, json } = await stkPush(sandbox, receiver);
    expect(status).toBe(200);
    expect(json).toMatchObject({ ResponseCode: '0', CustomerMessage: 'Success. Request accepted for processing' });
    expect(json.CheckoutRequestID).toMatch(/^ws_CO_15012026083112\d{3}700000001$/);
    expect(receiver.received).toHaveLength(0);
  });

  it.each([
    ['Amount', 10.5, 'Amount'],
    ['Amount', '10.00', 'Amount'],
    ['Amount', 0, 'Amount'],
    ['PhoneNumber', '0700000001', 'PhoneNumber'],
    ['PartyA', 25470000000, 'PartyA'],
    ['Timestamp', '2026-01-15', 'Timestamp'],
    ['BusinessShortCode', '60', 'BusinessShortCode'],
    ['TransactionType', 'PayBill', 'TransactionType'],
    ['AccountReference', 'INV-0042-TOO-LONG', 'AccountReference'],
    ['AccountReference', null, 'Remarks'],
    ['TransactionDesc', '', 'Remarks'],
    ['TransactionDesc', 'fourteen chars', 'TransactionDesc'],
    ['CallBackURL', 'http://pay.example.co.ke/mpesa/cb', 'CallBackURL'],
    ['CallBackURL', 'http://pay.example.co.ke/Execute', 'CallBackURL'],
    ['CallBackURL', 'https://abc.ngrok.io/cb', 'CallBackURL'],
    ['CallBackURL', 'pay.example.co.ke', 'CallBackURL'],
  ])('refuses %s %j as an invalid %s', async (field, value, label) => {
    const { status, json } = await stkPush(sandbox, receiver, { [field]: value });
    expect(status).toBe(400);
    expect(json).toMatchObject({ errorCode: '400.002.02', errorMessage: `Bad Request - Invalid ${label}` });
  });

  it('overloads one code for credentials and merchants', async () => {
    const wrong = await stkPush(sandbox, receiver, { Timestamp: '20260115083113' });
    expect([wrong.status, wrong.json.errorCode, wrong.json.errorMessage]).toEqual([
      500,
      '500.001.1001',
      'Wrong credentials',
    ]);
    const unknown = await stkPush(sandbox, receiver, { BusinessShortCode: '600111' });
    expect(unknown.json).toMatchObject({ errorCode: '500.001.1001', errorMessage: 'Merchant does not exist' });
  });

  it('misses the first field of a body that is not JSON', async () => {
    const { access_token } = (
      await call(`${sandbox.url}/oauth/v1/generate?grant_type=client_credentials`, {
        headers: { authorization: `Basic ${btoa('key:secret')}` },
      })
    ).json;
    const reply = await call(`${sandbox.url}/mpesa/stkpush/v1/processrequest`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'text/plain' },
      body: JSON.stringify(stkRequest('http://pay.example.co.ke/cb')),
    });
    expect(reply.json.errorMessage).toBe('Bad Request - Invalid BusinessShortCode');
  });

  it('can refuse stamps that are not of now, and hosts that are not public', async () => {
    await sandbox.close();
    sandbox = await startSandbox({ strict: { timestampWindowMs: 600_000, publicHttpsUrls: true } });
    expect((await stkPush(sandbox, receiver)).json.errorMessage).toBe('Bad Request - Invalid CallBackURL');
    const utc = '20260115053112';
    const changes = { Timestamp: utc, Password: stkPassword('600999', 'example-passkey', utc) };
    const url = { CallBackURL: 'https://pay.example.co.ke/cb' };
    expect((await stkPush(sandbox, receiver, { ...changes, ...url })).json.errorMessage).toBe(
      'Bad Request - Invalid Timestamp',
    );
  });
});

describe('callback', () => {
  it('of a success has a numeric code, a receipt and a balance without value', async () => {
    const { callback, ack, raw } = await push();
    expect(callback).toEqual({
      MerchantRequestID: ack.MerchantRequestID,
      CheckoutRequestID: ack.CheckoutRequestID,
      ResultCode: 0,
      ResultDesc: 'The service request is processed successfully.',
      CallbackMetadata: {
        Item: [
          { Name: 'Amount', Value: 1500 },
          { Name: 'MpesaReceiptNumber', Value: expect.stringMatching(/^UAF[0-9A-Z]{7}$/) },
          { Name: 'Balance' },
          { Name: 'TransactionDate', Value: 20260115083112 },
          { Name: 'PhoneNumber', Value: 254700000001 },
        ],
      },
    });
    expect(raw).toContain('{"Name":"Amount","Value":1500.00}');
  });

  it('varies where integrations have seen it vary', async () => {
    const { callback, raw } = await push({ balance: 'missing', amount: 'one_decimal', items: 'shuffled' });
    const names = callback.CallbackMetadata.Item.map((item: { Name: string }) => item.Name);
    expect(names.toSorted()).toEqual(['Amount', 'MpesaReceiptNumber', 'PhoneNumber', 'TransactionDate']);
    expect(raw).toContain('"Value":1500.0}');
  });

  it.each([
    ['cancel', 1032],
    ['ignore', 1032],
    ['timeout', 1037],
    ['unreachable', 1037],
    ['expired', 1019],
    ['insufficient', 1],
    ['wrong_pin', 2001],
    ['pin_locked', 8006],
    ['push_error', 1025],
    ['busy', 26],
  ] as const)('of %s is %i, without metadata', async (stk, code) => {
    const { callback } = await push({ stk });
    expect(callback.ResultCode).toBe(code);
    expect(callback).not.toHaveProperty('CallbackMetadata');
  });

  it('carries any code, and wording that must not be parsed', async () => {
    const result = { code: 29, description: 'Odd' };
    expect((await push({ result, wording: 'prefixed' })).callback).toMatchObject({
      ResultCode: 29,
      ResultDesc: '[STK_CB - ]Odd',
    });
  });

  it('can come before the acknowledgement', async () => {
    sandbox.mpesa.payer(PHONE).next({ callback: 'before_ack' });
    const order: string[] = [];
    receiver.answer = () => {
      order.push('callback');
      return {};
    };
    await stkPush(sandbox, receiver).then(() => order.push('ack'));
    expect(order).toEqual(['callback', 'ack']);
  });

  it('can come twice or never', async () => {
    const { ack, callbacks } = await push({ callback: 'twice' });
    expect(callbacks).toHaveLength(2);
    expect(callbacks[0]).toEqual(callbacks[1]);
    receiver.received.length = 0;
    const lost = await push({ callback: 'lost' }, { Amount: 1600 });
    expect(lost.callbacks).toHaveLength(0);
    expect((await stkQuery(sandbox, lost.ack.CheckoutRequestID)).json.ResultCode).toBe('0');
    expect(ack.CheckoutRequestID).not.toBe(lost.ack.CheckoutRequestID);
  });
});

describe('query', () => {
  it('is pending with HTTP 500 until the payer answers', async () => {
    sandbox.mpesa.payer(PHONE).next({ stk: 'hold' });
    const { CheckoutRequestID } = (await stkPush(sandbox, receiver)).json;
    const pending = await stkQuery(sandbox, CheckoutRequestID);
    expect(pending.status).toBe(500);
    expect(pending.json).toEqual({
      requestId: CheckoutRequestID,
      errorCode: '500.001.1001',
      errorMessage: 'The transaction is being processed',
    });
    await sandbox.mpesa.answerPush(CheckoutRequestID, 'cancel');
    const done = await stkQuery(sandbox, CheckoutRequestID);
    expect(done.json).toMatchObject({
      ResponseDescription: 'The service request has been accepted successsfully',
      ResultCode: '1032',
    });
    expect(receiver.at('/stk')).toHaveLength(1);
  });

  it.each([
    ['contradict', '1032'],
    ['pending_ok', '4999'],
    ['unknown_code', '7777'],
  ] as const)('%s says %s although the callback said success', async (query, code) => {
    const { ack, callback } = await push({ query });
    expect(callback.ResultCode).toBe(0);
    expect((await stkQuery(sandbox, ack.CheckoutRequestID)).json.ResultCode).toBe(code);
  });

  it('knows only its own pushes', async () => {
    expect((await stkQuery(sandbox, 'ws_CO_1')).json.errorMessage).toBe('Bad Request - Invalid CheckoutRequestID');
  });
});

describe('C2B confirmation of the same payment', () => {
  const kinds = () => receiver.received.map(({ path }) => path);
  const receiptOf = (callback: { CallbackMetadata: { Item: { Name: string; Value: unknown }[] } }) =>
    callback.CallbackMetadata.Item.find(({ Name }) => Name === 'MpesaReceiptNumber')?.Value;

  it('has the same receipt and the account reference, after the callback or before it', async () => {
    await registerUrls(sandbox, receiver);
    const { callback } = await push();
    expect(kinds()).toEqual(['/stk', '/confirm']);
    expect(receiver.at('/confirm')[0]).toMatchObject({
      TransID: receiptOf(callback),
      BillRefNumber: 'INV0042',
      TransactionType: 'Pay Bill',
      MSISDN: '2547*****001',
    });
    receiver.received.length = 0;
    await push({ c2b: 'before' }, { Amount: 20 });
    expect(kinds()).toEqual(['/confirm', '/stk']);
  });

  it('is absent on demand, and for tills', async () => {
    await registerUrls(sandbox, receiver);
    await push({ c2b: 'none' });
    expect(kinds()).toEqual(['/stk']);
    sandbox.mpesa.addShortcode(TILL);
    await registerUrls(sandbox, receiver, { ShortCode: '555111' });
    const till = { BusinessShortCode: '777222', PartyB: '555111', TransactionType: 'CustomerBuyGoodsOnline' };
    await push({}, { ...till, Password: stkPassword('777222', 'example-passkey', '20260115083112') });
    expect(kinds()).toEqual(['/stk', '/stk']);
  });
});

it('one app cannot use the short code of another', async () => {
  sandbox.mpesa.addShortcode({ ...TILL, consumerKey: 'other', storeNumber: undefined, kind: 'paybill' });
  const request = stkRequest('http://pay.example.co.ke/cb', {
    BusinessShortCode: '555111',
    PartyB: 555111,
    Password: stkPassword('555111', 'example-passkey', '20260115083112'),
  });
  const reply = await daraja(sandbox, '/mpesa/stkpush/v1/processrequest', request);
  expect(reply.json.errorMessage).toBe('Merchant does not exist');
});

it('stamps with the clock it was given', async () => {
  await sandbox.close();
  const clock = createClock('2025-12-31T21:00:00Z');
  sandbox = await startSandbox({ now: clock.now });
  const { callback } = await push();
  const items: { Name: string; Value: unknown }[] = callback.CallbackMetadata.Item;
  expect(items.find(({ Name }) => Name === 'TransactionDate')?.Value).toBe(20260101000000);
  expect(items.find(({ Name }) => Name === 'MpesaReceiptNumber')?.Value).toMatch(/^UA1/);
});
