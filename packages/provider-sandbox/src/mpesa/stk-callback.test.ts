import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StkCallback } from '../../test/bodies.ts';
import { type Receiver, startReceiver } from '../../test/receiver.ts';
import { createClock, pushed, registerUrls, startSandbox, stkPush, stkQuery, TILL } from '../../test/support.ts';
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

const push = (behaviour?: PayerBehaviour, changes?: Record<string, unknown>) =>
  pushed(sandbox, receiver, behaviour, changes);

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
    const names = callback?.CallbackMetadata?.Item.map((item) => item.Name);
    expect(names?.toSorted()).toEqual(['Amount', 'MpesaReceiptNumber', 'PhoneNumber', 'TransactionDate']);
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
    expect(callback?.ResultCode).toBe(code);
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
    expect((await stkQuery(sandbox, lost.ack.CheckoutRequestID)).said.ResultCode).toBe('0');
    expect(ack.CheckoutRequestID).not.toBe(lost.ack.CheckoutRequestID);
  });
});

describe('C2B confirmation of the same payment', () => {
  const kinds = () => receiver.received.map(({ path }) => path);
  const receiptOf = (callback: StkCallback | undefined) =>
    callback?.CallbackMetadata?.Item.find(({ Name }) => Name === 'MpesaReceiptNumber')?.Value;

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

it('stamps with the clock it was given', async () => {
  await sandbox.close();
  const clock = createClock('2025-12-31T21:00:00Z');
  sandbox = await startSandbox({ now: clock.now });
  const { callback } = await push();
  const items = callback?.CallbackMetadata?.Item ?? [];
  expect(items.find(({ Name }) => Name === 'TransactionDate')?.Value).toBe(20260101000000);
  expect(items.find(({ Name }) => Name === 'MpesaReceiptNumber')?.Value).toMatch(/^UA1/);
});
