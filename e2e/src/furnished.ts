import { expect, vi } from 'vitest';
import { type Business, openBusiness } from './business.ts';
import type { Operation } from './openapi.ts';
import type { TestPlatform } from './platform.ts';
import { ask } from './request.ts';
import { readEverything, type VisibleData } from './visible-data.ts';

/** Copies of what other services decided follow within a second: what is the same for longer is final. */
const AS_COPIES_FOLLOW = { timeout: 40_000, interval: 1_000 };
const PERIOD = { from: '2026-01-01T00:00:00Z', to: '2026-12-31T00:00:00Z' };

/** A business with something of every kind. */
export async function furnish(platform: TestPlatform, name: string): Promise<Business> {
  const business = await openBusiness(platform, name);
  const [open, paid, asked] = [await business.bill(3_500), await business.bill(1_500), await business.bill(2_500)];
  await business.payBill(paid);
  await business.pay({ amount: 432, reference: `${name} unknown`, phone: '0799999999', names: { first: name } });
  await giveCredit(business, open.customerId);
  platform.sandbox.mpesa.payer(asked.phone).next({ stk: 'hold' });
  await business.api.post('/api/v1/payment-requests', { invoiceId: asked.id, phone: asked.phone, amountCents: 5_000 });
  await business.api.post('/api/v1/invoices', {
    customerId: open.customerId,
    lines: [{ description: `${name} draft`, unitPriceCents: 9_900 }],
  });
  await business.api.post('/api/v1/reconciliation/runs', { ...PERIOD, dryRun: true });
  await ask(business.callbackUrls.confirmation, { method: 'POST', body: `unreadable, of ${name}` });
  return business;
}

/** Money that nobody can be found for, which a person takes for this customer's, whatever the customer owes. */
async function giveCredit(business: Business, customerId: string): Promise<void> {
  const { receipt } = await business.pay({ amount: 321, reference: 'asante', phone: '0798888888' });
  const decided = async () => {
    const [payment] = await business.payments(receipt);
    return business.match(payment?.id ?? '');
  };
  const { id } = await vi.waitFor(decided, AS_COPIES_FOLLOW);
  await business.api.post(`/api/v1/reconciliation/matches/${id}/confirm`, { customerId });
}

/** All that is visible, once everything that was set off has come to its end. */
export async function settled(
  url: string,
  { token, api }: Business,
  operations: readonly Operation[],
): Promise<VisibleData> {
  let last: VisibleData | undefined;
  return vi.waitFor(async () => {
    const { data } = await api.get<{ data: { status: string }[] }>('/api/v1/notifications');
    const { unresolved } = await api.get<{ unresolved: { count: number } }>('/api/v1/reconciliation/status');
    const before = last;
    last = await readEverything(url, token, operations);
    expect(data.map((one) => one.status)).toContain('delivered');
    expect(unresolved.count).toBe(1);
    expect([...last.answers]).toEqual([...(before?.answers ?? [])]);
    return last;
  }, AS_COPIES_FOLLOW);
}

/** @returns the token of somebody who may only read */
export async function signInViewer(platform: TestPlatform, { api, email }: Business): Promise<string> {
  const credentials = { email: `viewer.${email}`, password: 'only looking 1' };
  await api.post('/api/v1/users', { name: 'Only Looking', role: 'viewer', ...credentials });
  return (await platform.api.post<{ accessToken: string }>('/api/v1/auth/login', credentials)).accessToken;
}
