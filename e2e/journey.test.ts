import type { AnalyticsSummary, TrialBalance } from '@malipo/api-contracts';
import { brokenInvariants } from '@malipo/scripts/world/invariants';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { type Bill, type Business, namesOf, openBusiness } from './src/business.ts';
import { type LiveStream, openLiveStream } from './src/live-stream.ts';
import { startPlatform, type TestPlatform } from './src/platform.ts';
import { forgeTwin, promptFor } from './src/prompts.ts';
import { ask } from './src/request.ts';
import { decidedPayment, standingOf } from './src/standing.ts';

const shillings = (amount: number) => amount * 100;

let platform: TestPlatform;
let shop: Business;
let live: LiveStream;
/** What reached the shop otherwise than by its own statement at the provider. */
const forged: { receipt: string; amountCents: number }[] = [];

beforeAll(async () => {
  platform = await startPlatform();
  shop = await openBusiness(platform, 'Jabali Academy');
  live = await openLiveStream(platform.url, shop.token);
});

afterAll(async () => {
  await live?.close();
  await platform?.stop();
});

const decided = (receipt: string, business = shop) => decidedPayment(business, receipt);
const standing = (bill: Bill) => standingOf(shop, bill);
const paid = { status: 'paid', balanceCents: 0 };

const summary = () => shop.api.get<z.infer<typeof AnalyticsSummary>>('/api/v1/analytics/summary');
const receiptsSent = (receipt: string) => platform.sandbox.sms.sent().filter((sms) => sms.text.includes(receipt));

describe('paybill payments', () => {
  test('an exact one pays its invoice, tells the payer, moves the figures, keeps the ledger balanced', async () => {
    const bill = await shop.bill(18_500);
    const before = await summary();
    const { receipt, deliveries } = await shop.payBill(bill);

    expect(deliveries.at(-1)).toMatchObject({ kind: 'confirmation', status: 200 });
    expect(await decided(receipt)).toMatchObject({
      decision: 'auto',
      allocations: [{ invoiceId: bill.id, amountCents: bill.cents }],
      because: expect.arrayContaining([expect.objectContaining({ en: expect.any(String), sw: expect.any(String) })]),
    });
    await expect.poll(() => standing(bill)).toEqual(paid);
    await expect.poll(() => receiptsSent(receipt).map((sms) => sms.to)).toEqual([`+${bill.phone}`]);
    await expect.poll(async () => (await summary()).collectedTodayCents - before.collectedTodayCents).toBe(bill.cents);
    expect((await shop.api.get<TrialBalance>('/api/v1/ledger/trial-balance')).balanced).toBe(true);
    await expect
      .poll(() => [...live.types()])
      .toEqual(
        expect.arrayContaining(['payment.received', 'payment.allocated', 'invoice.payment-applied', 'invoice.paid']),
      );
    await expect
      .poll(async () => {
        const [payment] = await shop.payments(receipt);
        const { data } = await shop.api.get<{ data: { status: string }[] }>(
          `/api/v1/notifications?paymentId=${payment?.id}`,
        );
        return data.map((one) => one.status);
      })
      .toContain('delivered');
  });

  test('a part leaves the rest open; the rest closes it', async () => {
    const bill = await shop.bill(24_000);
    await shop.payBill(bill, shillings(10_000));
    await expect.poll(() => standing(bill)).toEqual({ status: 'partially_paid', balanceCents: shillings(14_000) });
    await shop.payBill(bill, shillings(14_000));
    await expect.poll(() => standing(bill)).toEqual(paid);
  });

  test('what is too much becomes the customer’s credit', async () => {
    const bill = await shop.bill(17_300);
    const { receipt } = await shop.payBill(bill, shillings(18_000));
    expect(await decided(receipt)).toMatchObject({ decision: 'auto', creditCents: shillings(700) });
    await expect.poll(() => standing(bill)).toEqual(paid);
  });

  test('the same callback 50 times at once is one payment, one allocation, one SMS', async () => {
    const bill = await shop.bill(22_100);
    const { receipt, deliveries } = await shop.payBill(bill, bill.cents, { copies: 50 });
    expect(deliveries.filter((one) => one.kind === 'confirmation').map((one) => one.status)).toEqual(
      Array.from({ length: 50 }, () => 200),
    );
    expect(await decided(receipt)).toMatchObject({ decision: 'auto', repeats: 49, creditCents: 0 });
    await expect.poll(() => standing(bill)).toEqual(paid);
    expect((await shop.invoice(bill.id)).allocations).toHaveLength(1);
    await expect.poll(() => receiptsSent(receipt).length).toBe(1);

    await platform.sandbox.mpesa.redeliver(receipt);
    await expect.poll(async () => (await shop.payments(receipt)).map((one) => one.repeats)).toEqual([50]);
    expect((await shop.invoice(bill.id)).allocations).toHaveLength(1);
    expect(receiptsSent(receipt)).toHaveLength(1);
  });

  test('a callback that never came is fetched', async () => {
    const bill = await shop.bill(20_450);
    const { receipt, deliveries } = await shop.payBill(bill, bill.cents, { drop: true });
    expect(deliveries.at(-1)?.status).toBe('dropped');
    expect(await decided(receipt)).toMatchObject({ decision: 'auto', evidence: ['pull'] });
    await expect.poll(() => standing(bill)).toEqual(paid);
  });
});

describe('the review queue', () => {
  const queue = async () =>
    (await shop.api.all<{ id: string; status: string; unappliedCents: number }>(
      '/api/v1/reconciliation/review-queue',
    )) ?? [];
  const inQueue = async (id: string) => (await queue()).find((one) => one.id === id);
  const decide = (id: string, verb: 'confirm' | 'reject' | 'undo', body?: unknown) =>
    shop.api.post<{ status: string }>(`/api/v1/reconciliation/matches/${id}/${verb}`, body);

  test('money for nobody waits, is confirmed to an invoice, undone, and rejected', async () => {
    const bill = await shop.bill(777);
    const { receipt } = await shop.pay({
      amount: 777,
      reference: 'KANISA',
      phone: '0799999999',
      names: { first: 'ZAKAYO' },
    });
    const payment = await decided(receipt);
    expect(payment.decision).not.toBe('auto');
    expect(await inQueue(payment.id)).toMatchObject({ unappliedCents: shillings(777) });

    const choice = { allocations: [{ invoiceId: bill.id, amountCents: bill.cents }], reason: 'he called us' };
    expect(await decide(payment.id, 'confirm', choice)).toMatchObject({ status: 'confirmed' });
    await expect.poll(() => standing(bill)).toEqual(paid);
    expect(await inQueue(payment.id)).toBeUndefined();

    expect(await decide(payment.id, 'undo', { reason: 'wrong customer' })).toMatchObject({ status: 'undone' });
    await expect.poll(() => standing(bill)).toEqual({ status: 'issued', balanceCents: bill.cents });
    expect(await inQueue(payment.id)).toMatchObject({ unappliedCents: shillings(777) });

    expect(await decide(payment.id, 'reject', { reason: 'nobody knows him' })).toMatchObject({ status: 'rejected' });
    expect(await standing(bill)).toEqual({ status: 'issued', balanceCents: bill.cents });
    await expect
      .poll(async () => (await shop.payments(receipt))[0])
      .toMatchObject({ decision: 'rejected', allocations: [] });
  });

  const voided = { status: 'void', balanceCents: 0, appliedCents: 0, surplusCents: 0 };

  test('voiding a partly paid invoice gives what a person applied back to the queue', async () => {
    const bill = await shop.bill(9_400);
    const { receipt } = await shop.pay({ amount: 4_100, reference: 'HARAMBEE', phone: '0799999998' });
    const { id } = await decided(receipt);
    await decide(id, 'confirm', { allocations: [{ invoiceId: bill.id, amountCents: shillings(4_100) }] });
    await expect.poll(() => standing(bill)).toMatchObject({ status: 'partially_paid' });

    await shop.api.post(`/api/v1/invoices/${bill.id}/void`, { reason: 'issued twice' });
    await expect.poll(() => inQueue(id)).toMatchObject({ unappliedCents: shillings(4_100) });
    await expect.poll(() => shop.invoice(bill.id)).toMatchObject(voided);
  });

  test('voiding a partly paid invoice matches again what was applied by itself: it is still that customer’s', async () => {
    const bill = await shop.bill(9_400);
    const { receipt } = await shop.payBill(bill, shillings(4_000));
    await expect.poll(() => standing(bill)).toMatchObject({ status: 'partially_paid' });

    await shop.api.post(`/api/v1/invoices/${bill.id}/void`);
    await expect.poll(() => shop.invoice(bill.id)).toMatchObject(voided);
    await expect
      .poll(async () => (await shop.payments(receipt))[0])
      .toMatchObject({ customerId: bill.customerId, allocations: [], creditCents: shillings(4_000) });
  });
});

describe('STK', () => {
  const prompt = (bill: Bill, behaviour: Parameters<typeof promptFor>[3]) => promptFor(platform, shop, bill, behaviour);
  const twin = (receipt: string, reference: string, bill: Bill) => forgeTwin(platform, shop, receipt, reference, bill);

  test.each(['after', 'before'] as const)('the C2B twin %s the callback: one payment, applied once', async (c2b) => {
    const bill = await shop.bill(1_250);
    const { receipt, request } = await prompt(bill, { stk: 'approve', c2b });
    await expect.poll(() => standing(bill)).toEqual(paid);
    await expect
      .poll(async () => (await shop.payments(receipt)).map((one) => one.evidence))
      .toEqual([expect.arrayContaining(['c2b', 'stk'])]);
    expect(await decided(receipt)).toMatchObject({ decision: 'auto', creditCents: 0 });
    await expect.poll(request).toMatchObject({ status: 'succeeded' });
    expect((await shop.invoice(bill.id)).allocations).toHaveLength(1);
    await expect.poll(() => receiptsSent(receipt).length).toBe(1);
  });

  test('a prompt that is cancelled ends so, and pays nothing', async () => {
    const bill = await shop.bill(1_300);
    const { request } = await prompt(bill, { stk: 'cancel' });
    await expect.poll(request).toMatchObject({ status: 'cancelled' });
    expect(await standing(bill)).toEqual({ status: 'issued', balanceCents: bill.cents });
  });

  test('a twin with a wrongly typed reference, after: the money stays where the prompt said', async () => {
    const [bill, other] = [await shop.bill(1_410), await shop.bill(1_410)];
    const { receipt } = await prompt(bill, { stk: 'approve', c2b: 'none' });
    await expect.poll(() => standing(bill)).toEqual(paid);
    expect(await twin(receipt, other.number, bill)).toMatchObject({ status: 200 });
    const { id } = await decided(receipt);
    // of the messages only the twin names the payer, so then reconciliation has weighed it
    await expect
      .poll(async () => (await shop.match(id)).payment.payerNames)
      .toEqual([Object.values(namesOf(bill)).join(' ')]);
    expect(await standing(other)).toEqual({ status: 'issued', balanceCents: other.cents });
    expect(await standing(bill)).toEqual(paid);
  });

  test.each([
    ['with a wrongly typed reference', 1_520, 'itself'],
    ['whose reference, number and name are another customer’s', 1_530, 'other'],
  ] as const)('a twin %s, first: the money moves to where the prompt said', async (_what, amount, payer) => {
    const [bill, other] = [await shop.bill(amount), await shop.bill(amount)];
    const { receipt } = await prompt(bill, { stk: 'approve', c2b: 'none', callback: 'held' });
    expect(await twin(receipt, other.number, payer === 'other' ? other : bill)).toMatchObject({ status: 200 });
    await decided(receipt);
    await platform.sandbox.mpesa.release();
    await expect.poll(() => standing(bill)).toEqual(paid);
    await expect.poll(() => standing(other)).toEqual({ status: 'issued', balanceCents: other.cents });
    expect(await shop.payments(receipt)).toHaveLength(1);
    await expect.poll(() => receiptsSent(receipt).length).toBeLessThanOrEqual(1);
  });
});

describe('the provider’s door', () => {
  const confirmation = (
    business: Business,
    receipt: string,
    amount: number,
    url = business.callbackUrls.confirmation,
  ) =>
    platform.sandbox.mpesa.forge({
      url,
      fields: { TransID: receipt, TransAmount: amount.toFixed(2), BusinessShortCode: business.shortcode },
    });

  test('the same receipt number at two organisations is two payments', async () => {
    const other = await openBusiness(platform, 'Tumaini Flats');
    for (const business of [shop, other])
      expect(await confirmation(business, 'TWO1ORGS22', 321)).toMatchObject({ status: 200 });
    forged.push({ receipt: 'TWO1ORGS22', amountCents: shillings(321) });
    const [ours, theirs] = [await decided('TWO1ORGS22'), await decided('TWO1ORGS22', other)];
    expect(ours.id).not.toBe(theirs.id);
    expect([ours.amountCents, theirs.amountCents]).toEqual([shillings(321), shillings(321)]);
  });

  test('a wrong secret is refused and stores nothing', async () => {
    const wrong = shop.callbackUrls.confirmation.replace(/[0-9a-f]{32}/, (secret) => [...secret].reverse().join(''));
    expect(wrong).not.toBe(shop.callbackUrls.confirmation);
    expect(await confirmation(shop, 'WR0NGSECR3', 500, wrong)).toMatchObject({ status: 404 });
    const answer = await ask(wrong, { method: 'POST', body: '{"unreadable"' });
    expect(answer.status).toBe(404);
    expect(await shop.payments('WR0NGSECR3')).toEqual([]);
    const unreadable = await shop.api.get<{ data: unknown[] }>(
      `/api/v1/payment-channels/${shop.channelId}/unreadable-callbacks`,
    );
    expect(unreadable.data).toEqual([]);
  });
});

test('in the end every cent is accounted for, asked from outside', async () => {
  const told = [...platform.sandbox.mpesa.statement(shop.shortcode), ...forged];
  await expect.poll(() => brokenInvariants(shop.api, told)).toEqual([]);
});
