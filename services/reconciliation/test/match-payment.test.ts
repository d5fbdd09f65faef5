import type { ImaginedDecision, LedgerEntryView } from '@malipo/api-contracts';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PaymentInput, paymentReceived, paymentReversed } from './builders.ts';
import { type Client, debtor, openWorld, untilMatch, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

type Problem = { code: string; errors?: { pointer: string }[] };
const look = (api: Client, body: unknown) =>
  api.post<ImaginedDecision & Problem>('/reconciliation/match-payment', body);

/** An organisation with one debtor, and their payment of what they owe. */
async function paid(more: Partial<PaymentInput> = {}) {
  const organisationId = newId();
  const api = world.as(organisationId);
  const payer = debtor(organisationId, 500_000);
  const payment = { ...payer.pays(500_000), ...more };
  await world.owe(organisationId, payer);
  await world.publish(paymentReceived(organisationId, payment));
  await untilMatch(api, payment.paymentId, more.reference === null ? 'unmatched' : 'auto');
  return { organisationId, api, payer, payment };
}

const strange: Partial<PaymentInput> = { reference: null, number: { form: 'none', value: '' }, payerNames: [] };

describe('a dry run for a payment that came in', () => {
  it('says of money that was applied what would be decided now, and leaves it where it lies', async () => {
    const { api, payer, payment } = await paid();
    const before = await api.match(payment.paymentId);
    const { status, body } = await look(api, { paymentId: payment.paymentId });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      decision: 'auto',
      proposal: { allocations: [{ invoiceId: payer.invoice.invoiceId, amountCents: 500_000 }], creditCents: 0 },
    });
    expect(body.proposal).toEqual(before.proposal);
    expect(await api.match(payment.paymentId)).toEqual(before);
    const moved = await api.get<{ data: LedgerEntryView[] }>(`/ledger/entries?paymentId=${payment.paymentId}`);
    expect(moved.body.data).toHaveLength(1);
  });

  it('says of money that waits why it does', async () => {
    const { api, payment } = await paid(strange);
    expect((await look(api, { paymentId: payment.paymentId })).body).toMatchObject({
      decision: 'unmatched',
      reason: 'no_candidate',
    });
  });

  it('shows what the contributions add up to', async () => {
    const { api, payment } = await paid();
    const { proposal } = (await look(api, { paymentId: payment.paymentId })).body;
    const sum = proposal?.contributions.reduce((total, one) => total + one.score, 0) ?? 0;
    expect(Math.abs(sum - (proposal?.score ?? Number.NaN))).toBeLessThan(1e-9);
  });

  it('is refused where there is no such payment, none to look at, or too much is said', async () => {
    const { organisationId, api, payment } = await paid();
    const { paymentId } = payment;
    const pointers = async (body: unknown) => {
      const answer = await look(api, body);
      return [answer.status, ...(answer.body.errors ?? []).map((error) => error.pointer)];
    };
    expect(await pointers({})).toEqual([400, '#/amountCents']);
    expect(await pointers({ paymentId, amountCents: 100 })).toEqual([400, '#/paymentId']);
    for (const [client, id] of [
      [api, newId()],
      [world.as(newId()), paymentId],
    ] as const)
      expect((await look(client, { paymentId: id })).body.code).toBe('match_not_found');
    await world.publish(paymentReversed(organisationId, payment, 2));
    await untilMatch(api, paymentId, 'undone');
    expect((await look(api, { paymentId })).body.code).toBe('payment_reversed');
  });
});
