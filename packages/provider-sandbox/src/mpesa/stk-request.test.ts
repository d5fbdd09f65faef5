import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../test/receiver.ts';
import { call, daraja, startSandbox, stkPush, stkRequest, TILL } from '../../test/support.ts';
import type { Sandbox } from '../index.ts';
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

it('computes the documented password', () => {
  expect(stkPassword('600999', 'example-passkey', '20260115083045')).toBe(
    'NjAwOTk5ZXhhbXBsZS1wYXNza2V5MjAyNjAxMTUwODMwNDU=',
  );
});

describe('acknowledgement', () => {
  it('means queued, and its id holds the payer', async () => {
    sandbox.mpesa.payer(PHONE).next({ stk: 'hold' });
    const { status, said } = await stkPush(sandbox, receiver);
    expect(status).toBe(200);
    expect(said).toMatchObject({ ResponseCode: '0', CustomerMessage: 'Success. Request accepted for processing' });
    expect(said.CheckoutRequestID).toMatch(/^ws_CO_15012026083112\d{3}700000001$/);
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
    const { status, said } = await stkPush(sandbox, receiver, { [field]: value });
    expect(status).toBe(400);
    expect(said).toMatchObject({ errorCode: '400.002.02', errorMessage: `Bad Request - Invalid ${label}` });
  });

  it('overloads one code for credentials and merchants', async () => {
    const wrong = await stkPush(sandbox, receiver, { Timestamp: '20260115083113' });
    expect([wrong.status, wrong.said.errorCode, wrong.said.errorMessage]).toEqual([
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
    ).said;
    const reply = await call(`${sandbox.url}/mpesa/stkpush/v1/processrequest`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'text/plain' },
      body: JSON.stringify(stkRequest('http://pay.example.co.ke/cb')),
    });
    expect(reply.said.errorMessage).toBe('Bad Request - Invalid BusinessShortCode');
  });

  it('can refuse stamps that are not of now, and hosts that are not public', async () => {
    await sandbox.close();
    sandbox = await startSandbox({ strict: { timestampWindowMs: 600_000, publicHttpsUrls: true } });
    expect((await stkPush(sandbox, receiver)).said.errorMessage).toBe('Bad Request - Invalid CallBackURL');
    const utc = '20260115053112';
    const changes = { Timestamp: utc, Password: stkPassword('600999', 'example-passkey', utc) };
    const url = { CallBackURL: 'https://pay.example.co.ke/cb' };
    expect((await stkPush(sandbox, receiver, { ...changes, ...url })).said.errorMessage).toBe(
      'Bad Request - Invalid Timestamp',
    );
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
  expect(reply.said.errorMessage).toBe('Merchant does not exist');
});
