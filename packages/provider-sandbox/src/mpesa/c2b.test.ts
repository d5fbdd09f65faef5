import { hashMsisdn } from '@malipo/values';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../test/receiver.ts';
import { daraja, PAYBILL, registerUrls, startSandbox, TILL } from '../../test/support.ts';
import type { PaymentInput, Sandbox, ShortcodeOptions } from '../index.ts';

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

/** Adds the paybill with these facts, registers its URLs and lets a customer pay. */
async function confirmation(
  payment: Partial<PaymentInput> = {},
  facts: Partial<ShortcodeOptions> = {},
  version = 'v2',
) {
  sandbox.mpesa.addShortcode({ ...PAYBILL, ...facts });
  await registerUrls(sandbox, receiver, {}, version);
  const names = { first: 'JANE', middle: '', last: 'DOE' };
  await sandbox.mpesa.pay({ shortcode: '600999', amount: 1500, phone: '0700000001', names, ...payment });
  return receiver.at('/confirm').at(-1);
}

describe('URL registration', () => {
  it('answers with the misspelt id', async () => {
    const { said } = await registerUrls(sandbox, receiver);
    expect(said).toEqual({
      OriginatorCoversationID: expect.any(String),
      ResponseCode: '0',
      ResponseDescription: 'Success',
    });
  });

  it.each([
    [{ ResponseType: 'completed' }, 'ResponseType'],
    [{ ConfirmationURL: 'http://pay.example.co.ke/sql' }, 'ConfirmationURL'],
    [{ ValidationURL: 'http://pay.example.co.ke/M-PESA' }, 'ValidationURL'],
    [{ ShortCode: '600111' }, 'ShortCode'],
  ])('refuses %j', async (changes, label) => {
    const { said } = await registerUrls(sandbox, receiver, changes);
    expect(said.errorMessage).toBe(`Bad Request - Invalid ${label}`);
  });

  it('is one-shot in production, until the portal deletes it', async () => {
    sandbox.mpesa.addShortcode({ ...PAYBILL, production: true });
    expect((await registerUrls(sandbox, receiver)).status).toBe(200);
    const again = await registerUrls(sandbox, receiver);
    expect([again.status, again.said.errorCode, again.said.errorMessage]).toEqual([
      500,
      '500.003.1001',
      'Urls are already registered',
    ]);
    sandbox.mpesa.deleteUrls('600999');
    expect((await registerUrls(sandbox, receiver)).status).toBe(200);
  });

  it('can give the old reply to a duplicate, which has no code', async () => {
    await sandbox.close();
    sandbox = await startSandbox({ strict: { duplicateRegistration: 'legacy' } }, { ...PAYBILL, production: true });
    await registerUrls(sandbox, receiver);
    const { status, said } = await registerUrls(sandbox, receiver);
    expect(status).toBe(200);
    expect(said).not.toHaveProperty('ResponseCode');
  });

  it('is replaced at will in the sandbox', async () => {
    await registerUrls(sandbox, receiver);
    await registerUrls(sandbox, receiver, { ConfirmationURL: `${receiver.url}/second` });
    await sandbox.mpesa.pay({ shortcode: '600999', amount: 10 });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/second']);
  });
});

describe('confirmation', () => {
  it('has text in every field, and decimals', async () => {
    expect(await confirmation({ reference: 'inv 0042' }, { payerForm: 'sha256' })).toEqual({
      TransactionType: 'Pay Bill',
      TransID: expect.stringMatching(/^UAF/),
      TransTime: '20260115083112',
      TransAmount: '1500.00',
      BusinessShortCode: '600999',
      BillRefNumber: 'inv 0042',
      InvoiceNumber: '',
      OrgAccountBalance: '91500.00',
      ThirdPartyTransID: '',
      MSISDN: '172509f6416f41d1ce3b78a757c1d4ce90fc1ab1c9d4cdf1edf25ab7bf3fbdfd',
      FirstName: 'JANE',
      MiddleName: '',
      LastName: 'DOE',
    });
  });

  it('hashes as documented', () => {
    expect(hashMsisdn('254700000001')).toBe('172509f6416f41d1ce3b78a757c1d4ce90fc1ab1c9d4cdf1edf25ab7bf3fbdfd');
  });

  it.each([
    ['full', '254700000001'],
    ['masked', '2547*****001'],
    ['masked_spaced', '2547 ***** 001'],
    ['none', ''],
  ] as const)('shows the payer %s', async (payerForm, shown) => {
    expect((await confirmation({}, { payerForm }))?.MSISDN).toBe(shown);
  });

  it('hashes in v1 and masks in v2, unless told otherwise', async () => {
    expect((await confirmation({}, {}, 'v1'))?.MSISDN).toMatch(/^[0-9a-f]{64}$/);
    expect((await confirmation({}, {}, 'v2'))?.MSISDN).toBe('2547*****001');
  });

  it('may lack name keys', async () => {
    expect(await confirmation({}, { nameKeys: 'first_only' })).not.toHaveProperty('LastName');
    expect(await confirmation({}, { nameKeys: 'none' })).not.toHaveProperty('FirstName');
  });

  it('keeps what the payer typed', async () => {
    const reference = ' Inv–0042\t"é" \u202e';
    expect((await confirmation({ reference }))?.BillRefNumber).toBe(reference);
  });

  it('of a business has no number, a company as first name and OK as invoice', async () => {
    const paid = await confirmation({
      transactionType: 'Organization To Organization Transfer',
      names: { first: 'COMPANY LTD' },
      amountCents: 1_234_56,
    });
    expect(paid).toMatchObject({ MSISDN: '', FirstName: 'COMPANY LTD', InvoiceNumber: 'OK', TransAmount: '1234.56' });
    expect(paid).not.toHaveProperty('MiddleName');
    expect(paid).not.toHaveProperty('LastName');
  });

  it('of a till has no reference', async () => {
    sandbox.mpesa.addShortcode(TILL);
    await registerUrls(sandbox, receiver, { ShortCode: '777222' });
    await sandbox.mpesa.pay({ shortcode: '555111', amount: 10, reference: 'typed nowhere' });
    expect(receiver.at('/confirm')[0]).toMatchObject({ TransactionType: 'Buy Goods', BillRefNumber: '' });
  });

  it('never comes without registered URLs, yet the money is there', async () => {
    const { accepted, deliveries } = await sandbox.mpesa.pay({ shortcode: '600999', amount: 10 });
    expect([accepted, deliveries]).toEqual([true, []]);
    expect(sandbox.mpesa.balanceCents('600999')).toBe(9_001_000);
  });

  it('dates a payment of another day', async () => {
    const paid = await confirmation({ paidAt: new Date('2026-01-01T20:59:59Z') });
    expect(paid?.TransTime).toBe('20260101235959');
    expect(paid?.TransID).toMatch(/^UA1/);
  });
});

describe('simulate', () => {
  const simulate = (changes: Record<string, unknown> = {}, version = 'v2') =>
    daraja(sandbox, `/mpesa/c2b/${version}/simulate`, {
      ShortCode: 600999,
      CommandID: 'CustomerPayBillOnline',
      Amount: '150',
      Msisdn: 254708374149,
      BillRefNumber: 'INV0042',
      ...changes,
    });

  it('pays as a customer would', async () => {
    await registerUrls(sandbox, receiver);
    expect((await simulate()).said.ResponseCode).toBe('0');
    await sandbox.mpesa.settled();
    expect(receiver.at('/confirm')[0]).toMatchObject({ TransAmount: '150.00', BillRefNumber: 'INV0042' });
  });

  it('is refused for wrong commands and in production', async () => {
    expect((await simulate({ CommandID: 'CustomerBuyGoodsOnline' })).said.errorMessage).toContain('CommandID');
    sandbox.mpesa.addShortcode({ ...PAYBILL, production: true });
    expect((await simulate()).status).toBe(404);
  });
});
