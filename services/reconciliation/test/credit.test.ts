import type { CreditView, LedgerEntryView } from '@malipo/api-contracts';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invoiceIssued, paymentReceived } from './builders.ts';
import { balanceOf, type Client, debtor, eventually, openWorld, untilMatch, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

type Credits = { data: CreditView[]; totals: { currency: string; count: number; creditCents: number }[] };

/** A customer who paid 1,000 beyond the one invoice that was owed, and invoices that came after that. */
async function overpaid(...later: { totalCents: number; dueDate: string }[]) {
  const organisationId = newId();
  const api = world.as(organisationId);
  const payer = debtor(organisationId, 500_000);
  const payment = payer.pays(600_000);
  await world.owe(organisationId, payer);
  await world.publish(paymentReceived(organisationId, payment));
  await untilMatch(api, payment.paymentId, 'auto');
  const invoices = later.map((more, n) => ({ ...payer.invoice, ...more, invoiceId: newId(), number: `LATER-${n}` }));
  await world.publish(...invoices.map((invoice) => invoiceIssued(organisationId, invoice)));
  const owed = later.reduce((sum, { totalCents }) => sum + totalCents, 0);
  await eventually(() => balanceOf(api, 'receivable')).toBe(owed);
  const spend = (body?: unknown, as = api) =>
    as.post(`/reconciliation/matches/${payment.paymentId}/apply-credit`, body);
  return { organisationId, api, payer, payment, invoices, spend };
}

const credits = async (api: Client, query = '') => (await api.get<Credits>(`/reconciliation/credits${query}`)).body;

const APRIL = { totalCents: 70_000, dueDate: '2026-04-30' };
const MAY = { totalCents: 80_000, dueDate: '2026-05-31' };

describe("a customer's credit", () => {
  it('is listed with its customer and added up', async () => {
    const { api, payer, payment } = await overpaid();
    const listed = await credits(api, `?customerId=${payer.customerId}`);
    expect(listed.data).toMatchObject([
      { paymentId: payment.paymentId, customerId: payer.customerId, creditCents: 100_000, amountCents: 600_000 },
    ]);
    expect(listed.data[0]?.customerName).toMatch(/^Wanjiku/);
    expect(listed.totals).toEqual([{ currency: 'KES', count: 1, creditCents: 100_000 }]);
    expect((await credits(api, `?customerId=${newId()}`)).data).toEqual([]);
    expect((await credits(world.as(newId()))).totals).toEqual([]);
  });

  it('pays what came to be owed since, the longest due first, and says so to everybody', async () => {
    const { organisationId, api, payer, payment, invoices, spend } = await overpaid(MAY, APRIL);
    const [may, april] = invoices;
    const dollars = { ...payer.invoice, invoiceId: newId(), number: 'USD-1', currency: 'USD', dueDate: '2026-01-31' };
    await world.owe(organisationId, { events: [invoiceIssued(organisationId, dollars)], invoice: dollars });
    const { status, body } = await spend();
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'auto', decidedBy: 'engine', creditCents: 0, unappliedCents: 0 });
    const paid = new Map(body.allocations.map((line) => [line.invoiceId, line.amountCents]));
    expect([paid.get(april?.invoiceId ?? ''), paid.get(may?.invoiceId ?? '')]).toEqual([70_000, 30_000]);
    expect(body.history.at(-1)).toMatchObject({ what: 'credit_applied' });
    expect(await balanceOf(api, 'customer_credit')).toBe(0);
    expect(await balanceOf(api, 'receivable')).toBe(50_000);
    expect(await credits(api)).toMatchObject({ data: [], totals: [] });
    const entries = await api.get<{ data: LedgerEntryView[] }>(`/ledger/entries?paymentId=${payment.paymentId}`);
    expect(entries.body.data.map((entry) => entry.kind)).toEqual(['credit_applied', 'payment_received']);
    await eventually(() =>
      world.out.events.filter((event) => event.subject.id === payment.paymentId).map((event) => event.type),
    ).toEqual(['payment.allocated', 'payment.allocated']);
  });

  it('goes where a person says, beside what the payment pays already, and back again with it', async () => {
    const { api, invoices, payment, spend } = await overpaid(MAY, APRIL);
    const parts = invoices.map(({ invoiceId }) => ({ invoiceId, amountCents: 20_000 }));
    expect((await spend({ allocations: parts, reason: 'as agreed' })).body.creditCents).toBe(60_000);
    expect((await spend({ allocations: parts.slice(0, 1) })).body.creditCents).toBe(40_000);
    const { allocations } = await api.match(payment.paymentId);
    expect(allocations.map((line) => [line.amountCents, line.version])).toEqual([
      [500_000, 1],
      [40_000, 2],
      [20_000, 1],
    ]);
    await api.decide(payment.paymentId, 'undo', { reason: 'not theirs' });
    expect(await balanceOf(api, 'receivable')).toBe(650_000);
    expect(await balanceOf(api, 'customer_credit')).toBe(0);
  });

  it('is spent once, however many ask at once', async () => {
    const { api, spend } = await overpaid(MAY, APRIL);
    const answers = await Promise.all([spend(), spend(), spend()]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409, 409]);
    expect(await balanceOf(api, 'receivable')).toBe(50_000);
  });

  it('pays what is invoiced later by itself, the oldest credit first, where the house rules say so', async () => {
    const { organisationId, api, payer, payment } = await overpaid();
    const rules = { automatic: true, autoLimitCents: null, firstPayerLimitCents: null, spendCredit: true };
    const { body } = await api.put<{ spendCredit: boolean; rules: { id: string; on: boolean }[] }>(
      '/reconciliation/rules',
      rules,
    );
    expect(body.spendCredit).toBe(true);
    expect(body.rules.find((rule) => rule.id === 'spend credit')).toMatchObject({ on: true });
    const [april, may] = [APRIL, MAY].map((more, n) => ({
      ...payer.invoice,
      ...more,
      invoiceId: newId(),
      number: `NEXT-${n}`,
    }));
    if (!april || !may) throw new Error('two invoices');
    await world.publish(invoiceIssued(organisationId, april));
    await eventually(async () => (await credits(api)).totals).toMatchObject([{ creditCents: 30_000 }]);
    await world.publish(invoiceIssued(organisationId, may));
    await eventually(async () => (await credits(api)).totals).toEqual([]);
    expect(await balanceOf(api, 'receivable')).toBe(50_000);
    const { status, history, allocations } = await api.match(payment.paymentId);
    expect(status).toBe('auto');
    expect(history.slice(1)).toMatchObject([
      { who: 'engine', what: 'credit_applied', why: 'invoice NEXT-0 was issued' },
      { who: 'engine', what: 'credit_applied', why: 'invoice NEXT-1 was issued' },
    ]);
    expect(allocations.map((line) => line.amountCents)).toEqual([500_000, 70_000, 30_000]);
  });

  it('is known to the engine as spent', async () => {
    const { api, payer, invoices, spend } = await overpaid(APRIL);
    await spend();
    const asked = { reference: invoices[0]?.number, amountCents: 70_000, phone: payer.phone, names: ['WANJIKU'] };
    const { body } = await api.post<{ decision: string; proposal: { allocations: unknown[] } | null }>(
      '/reconciliation/match-payment',
      asked,
    );
    expect(body.proposal?.allocations ?? []).toEqual([]);
  });

  it('is refused where it is too little, somebody else’s, or nothing is owed; and nothing changes', async () => {
    const { organisationId, api, invoices, spend } = await overpaid(MAY);
    const stranger = debtor(organisationId, 90_000);
    await world.owe(organisationId, stranger);
    const part = (invoiceId = '', amountCents = 1) => ({ allocations: [{ invoiceId, amountCents }] });
    const own = invoices[0]?.invoiceId;
    const codeOf = async (body?: unknown, as?: Client) => (await spend(body, as)).body.code;
    expect(await codeOf(part(own, 100_001))).toBe('amount_above_credit');
    expect(await codeOf(part(own, 80_001))).toBe('amount_above_balance');
    expect(await codeOf(part(stranger.invoice.invoiceId))).toBe('customer_differs');
    expect(await codeOf(part(newId()))).toBe('invoice_unknown');
    expect(await codeOf({ allocations: [] })).toBe('validation_failed');
    expect(await codeOf(undefined, world.as(newId()))).toBe('match_not_found');
    expect((await spend(undefined, world.as(organisationId, ['viewer']))).status).toBe(403);
    expect(await balanceOf(api, 'customer_credit')).toBe(-100_000);
    expect((await spend()).status).toBe(200);
    expect(await codeOf()).toBe('nothing_owed');
    await spend(part(stranger.invoice.invoiceId));
    expect(await balanceOf(api, 'customer_credit')).toBe(-20_000);
  });
});
