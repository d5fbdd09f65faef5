import { afterEach, beforeEach, expect, it } from 'vitest';
import { createClock, daraja, PAYBILL, startSandbox } from '../../test/support.ts';
import type { Sandbox } from '../index.ts';

const clock = createClock();
let sandbox: Sandbox;

beforeEach(async () => {
  clock.set('2026-01-15T05:31:12Z');
  sandbox = await startSandbox({ now: clock.now, pullPageSize: 2 }, { ...PAYBILL, payerForm: 'full' });
});
afterEach(() => sandbox.close());

const register = () =>
  daraja(sandbox, '/pulltransactions/v1/register', {
    ShortCode: '600999',
    RequestType: 'Pull',
    NominatedNumber: '254700000009',
    CallBackURL: 'http://pay.example.co.ke/pull',
  });

const query = async (changes: Record<string, unknown> = {}) =>
  (
    await daraja(sandbox, '/pulltransactions/v1/query', {
      ShortCode: '600999',
      StartDate: '2026-01-01 00:00:00',
      EndDate: '2026-01-31 23:59:59',
      OffSetValue: '0',
      ...changes,
    })
  ).said;

it('registers once, with spaces in its keys', async () => {
  expect((await register()).json).toMatchObject({ 'Response Status': '1000', ShortCode: '600999' });
  expect((await register()).said['Response Status']).toBe('1001');
});

it('answers 1001 before registration and where there is nothing', async () => {
  await sandbox.mpesa.pay({ shortcode: '600999', amount: 10 });
  expect((await query()).ResponseCode).toBe('1001');
  await register();
  expect((await query()).ResponseCode).toBe('1000');
  expect((await query({ EndDate: '2026-01-14 00:00:00' })).ResponseCode).toBe('1001');
});

it('gives a nested array, also of what was never called back', async () => {
  await register();
  const names = { first: 'JANE', last: 'DOE' };
  const paid = { shortcode: '600999', amount: 1500, reference: 'INV0042', phone: '0700000001', names };
  const { receipt } = await sandbox.mpesa.pay({ ...paid, deliver: { drop: true } });
  expect((await query()).Response).toEqual([
    [
      {
        transactionId: receipt,
        trxDate: '2026-01-15T08:31:12Z',
        msisdn: '254700000001',
        sender: 'JANE DOE',
        transactiontype: 'c2b-pay-bill-debit',
        billreference: 'INV0042',
        amount: '1500.00',
        organizationname: 'ACME LTD',
      },
    ],
  ]);
});

it('pages by offset, oldest first', async () => {
  await register();
  for (const reference of ['1', '2', '3']) {
    clock.forward(1_000);
    await sandbox.mpesa.pay({ shortcode: '600999', amount: 10, reference });
  }
  const references = async (OffSetValue: string) =>
    ((await query({ OffSetValue })).Response?.[0] ?? []).map((row) => row.billreference);
  expect(await references('0')).toEqual(['1', '2']);
  expect(await references('2')).toEqual(['3']);
  expect(await references('3')).toEqual([]);
});

it('remembers 48 hours, and customers only', async () => {
  await register();
  await sandbox.mpesa.pay({ shortcode: '600999', amount: 10 });
  await sandbox.mpesa.pay({
    shortcode: '600999',
    amount: 10,
    transactionType: 'Organization To Organization Transfer',
  });
  clock.forward(48 * 3_600_000);
  expect((await query()).Response?.[0]).toHaveLength(1);
  clock.forward(1_000);
  expect((await query()).ResponseCode).toBe('1001');
});

it('refuses other dates, offsets and short codes', async () => {
  expect((await query({ StartDate: '2026-01-15T00:00:00Z' })).errorMessage).toBe('Bad Request - Invalid StartDate');
  expect((await query({ OffSetValue: -1 })).errorMessage).toBe('Bad Request - Invalid OffSetValue');
  expect((await query({ ShortCode: '600111' })).errorMessage).toBe('Bad Request - Invalid ShortCode');
});
