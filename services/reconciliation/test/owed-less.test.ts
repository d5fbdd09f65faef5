import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invoiceChanged, invoiceIssued, invoiceVoided, paymentReceived } from './builders.ts';
import { balanceOf, type Client, debtor, eventually, nobody, openWorld, untilMatch, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

/** Two invoices of one customer: 70,000 and 85,000 cents. */
async function owing() {
  const organisationId = newId();
  const api = world.as(organisationId);
  const payer = debtor(organisationId, 70_000);
  const a = payer.invoice;
  const b = { ...a, invoiceId: newId(), number: `${a.number}9`, totalCents: 85_000 };
  await world.owe(organisationId, payer, { ...payer, invoice: b, events: [invoiceIssued(organisationId, b)] });
  return { organisationId, api, payer, a, b };
}

/** Money that fits nobody, which a person places. */
async function placed(parts: { a: number; b?: number }, amountCents: number) {
  const business = await owing();
  const { organisationId, api, a, b, payer } = business;
  const payment = nobody(amountCents);
  await world.publish(paymentReceived(organisationId, payment));
  await untilMatch(api, payment.paymentId, 'unmatched');
  const allocations = [
    { invoiceId: a.invoiceId, amountCents: parts.a },
    ...(parts.b ? [{ invoiceId: b.invoiceId, amountCents: parts.b }] : []),
  ];
  const { body } = await api.decide(payment.paymentId, 'confirm', { customerId: payer.customerId, allocations });
  expect(body).toMatchObject({ status: 'confirmed', unappliedCents: 0 });
  return { ...business, paymentId: payment.paymentId, confirmed: body };
}

/** What is applied, by invoice number, once the payment was adjusted. */
async function adjusted(api: Client, paymentId: string) {
  await eventually(async () => (await api.match(paymentId)).history.map((line) => line.what)).toContain('adjusted');
  const match = await api.match(paymentId);
  return { match, applied: Object.fromEntries(match.allocations.map((one) => [one.invoiceId, one.amountCents])) };
}

const toldOf = (paymentId: string) =>
  world.out.events.filter((event) => event.subject.id === paymentId && /allocat/.test(event.type));

describe('an invoice is owed less than a person had paid on it', () => {
  it('a cent less moves a cent, and leaves the other invoice paid', async () => {
    const { organisationId, api, a, b, paymentId, confirmed } = await placed({ a: 70_000, b: 85_000 }, 155_000);
    await world.publish(invoiceChanged(organisationId, { ...a, totalCents: 69_999 }, 2));
    const { match, applied } = await adjusted(api, paymentId);
    expect(applied).toEqual({ [a.invoiceId]: 69_999, [b.invoiceId]: 85_000 });
    const { status, creditCents, unappliedCents, decidedBy, decidedAt } = match;
    expect([status, creditCents, unappliedCents]).toEqual(['confirmed', 1, 0]);
    expect([decidedBy, decidedAt]).toEqual([confirmed.decidedBy, confirmed.decidedAt]);
    expect(match.history.at(-1)).toMatchObject({
      who: 'engine',
      why: `invoice ${a.number} is owed less: KES 0.01 of it is the customer’s credit now`,
    });
    expect(await balanceOf(api, 'receivable')).toBe(0);
    expect(await balanceOf(api, 'customer_credit')).toBe(-1);
    expect(await balanceOf(api, 'unapplied')).toBe(0);
    expect(await api.queue()).toEqual([]);
    await eventually(() => toldOf(paymentId).length).toBe(2);
    expect(toldOf(paymentId).at(-1)).toMatchObject({
      type: 'payment.allocated',
      data: {
        decision: 'confirmed',
        balanceCents: 0,
        creditCents: 1,
        allocations: [
          { invoiceId: a.invoiceId, amountCents: 69_999, version: 2 },
          { invoiceId: b.invoiceId, amountCents: 85_000, version: 1 },
        ],
      },
    });
  });

  it('a part-paid invoice keeps as much as it is owed', async () => {
    const { organisationId, api, a, paymentId } = await placed({ a: 60_000 }, 60_000);
    await world.publish(invoiceChanged(organisationId, { ...a, totalCents: 45_000 }, 2));
    const { match, applied } = await adjusted(api, paymentId);
    expect(applied).toEqual({ [a.invoiceId]: 45_000 });
    expect([match.status, match.creditCents, match.unappliedCents]).toEqual(['confirmed', 15_000, 0]);
    expect(await balanceOf(api, 'receivable')).toBe(85_000);
    expect((await api.decide(paymentId, 'undo', { reason: 'elsewhere' })).body).toMatchObject({
      unappliedCents: 60_000,
    });
    expect(await balanceOf(api, 'receivable')).toBe(130_000);
    expect(await balanceOf(api, 'customer_credit')).toBe(0);
  });

  it('a part-paid invoice that is owed a crumb more than was paid is paid, by an explicit rounding', async () => {
    const { organisationId, api, a, paymentId, confirmed } = await placed({ a: 60_000 }, 60_000);
    await world.publish(invoiceChanged(organisationId, { ...a, totalCents: 60_300 }, 2));
    const { match, applied } = await adjusted(api, paymentId);
    expect(applied).toEqual({ [a.invoiceId]: 60_000 });
    expect(match).toMatchObject({ status: 'confirmed', creditCents: 0, decidedBy: confirmed.decidedBy });
    expect(await balanceOf(api, 'rounding')).toBe(300);
    expect(await balanceOf(api, 'receivable')).toBe(85_000);
    await eventually(() => toldOf(paymentId).length).toBe(2);
    expect(toldOf(paymentId).at(-1)?.data).toMatchObject({
      allocations: [{ invoiceId: a.invoiceId, amountCents: 60_000, roundingCents: 300, version: 2 }],
      balanceCents: 85_000,
    });
    await world.publish(invoiceChanged(organisationId, { ...a, totalCents: 60_600 }, 3));
    await eventually(() => balanceOf(api, 'receivable')).toBe(85_300);
    await api.decide(paymentId, 'undo', { reason: 'elsewhere' });
    expect([await balanceOf(api, 'rounding'), await balanceOf(api, 'receivable')]).toEqual([0, 145_600]);
  });

  it('a void frees what lay on it, and nothing else', async () => {
    const { organisationId, api, a, b, paymentId } = await placed({ a: 30_000, b: 85_000 }, 115_000);
    await world.publish(invoiceVoided(organisationId, a, 2));
    const { match, applied } = await adjusted(api, paymentId);
    expect(applied).toEqual({ [b.invoiceId]: 85_000 });
    expect([match.status, match.creditCents, match.unappliedCents]).toEqual(['confirmed', 30_000, 0]);
    expect(await balanceOf(api, 'receivable')).toBe(0);
    await eventually(() => toldOf(paymentId).length).toBe(2);
    expect(toldOf(paymentId).at(-1)?.data).toMatchObject({
      allocations: [
        { invoiceId: a.invoiceId, amountCents: 0, version: 2 },
        { invoiceId: b.invoiceId, amountCents: 85_000, version: 1 },
      ],
    });
  });
});

it('what the engine had placed on two invoices stays on the one that did not change', async () => {
  const { organisationId, api, payer, a, b } = await owing();
  const payment = { ...payer.pays(155_000), reference: `${a.number} ${b.number}` };
  await world.publish(paymentReceived(organisationId, payment));
  await untilMatch(api, payment.paymentId, 'auto');
  expect((await api.match(payment.paymentId)).allocations).toHaveLength(2);
  await api.put('/reconciliation/rules', { automatic: false, autoLimitCents: null, firstPayerLimitCents: null });
  await world.publish(invoiceChanged(organisationId, { ...a, totalCents: 69_999 }, 2));
  const { match, applied } = await adjusted(api, payment.paymentId);
  expect(applied).toEqual({ [a.invoiceId]: 69_999, [b.invoiceId]: 85_000 });
  expect([match.status, match.creditCents, match.unappliedCents]).toEqual(['auto', 1, 0]);
  expect(await balanceOf(api, 'receivable')).toBe(0);
});
