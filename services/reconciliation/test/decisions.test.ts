import type { ImaginedDecision, LedgerEntryView } from '@malipo/api-contracts';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invoiceIssued, invoiceVoided, paymentReceived } from './builders.ts';
import { balanceOf, type Client, debtor, eventually, openWorld, type Page, untilMatch, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

/** An organisation with one debtor and one payment that nobody can be found for. */
async function puzzle(totalCents = 500_000, amountCents = 500_000) {
  const organisationId = newId();
  const api = world.as(organisationId);
  const payer = debtor(organisationId, totalCents);
  const payment = { paymentId: newId(), amountCents, reference: null };
  await world.owe(organisationId, payer);
  await world.publish(paymentReceived(organisationId, payment));
  await untilMatch(api, payment.paymentId, 'unmatched');
  const choice = (cents = amountCents) => ({
    allocations: [{ invoiceId: payer.invoice.invoiceId, amountCents: cents }],
  });
  return { organisationId, api, payer, payment, choice };
}

const isWhole = async (api: Client) => {
  const { balanced } = await api.balance();
  const { ledger } = await api.status();
  return balanced && ledger.sumCents === 0;
};

describe('a person confirms', () => {
  it('applies the money, tells it, and shows it in the ledger', async () => {
    const { api, payer, payment, choice } = await puzzle();
    expect((await api.queue()).map((match) => match.id)).toEqual([payment.paymentId]);
    const { status, body } = await api.decide(payment.paymentId, 'confirm', choice());
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'confirmed', customerId: payer.customerId, unappliedCents: 0 });
    expect(await api.queue()).toEqual([]);
    expect(await balanceOf(api, 'unapplied')).toBe(0);
    expect(await balanceOf(api, 'receivable')).toBe(0);
    const entries = await api.get<{ data: LedgerEntryView[] }>(`/ledger/entries?paymentId=${payment.paymentId}`);
    expect(entries.body.data.map((entry) => entry.kind)).toEqual(['payment_applied', 'payment_received']);
    await eventually(() =>
      world.out.events.filter((event) => event.subject.id === payment.paymentId).map((event) => event.type),
    ).toEqual(['payment.unmatched', 'payment.allocated', 'alias.learned']);
  });

  it('twice, at once or with a key, is one application', async () => {
    const { api, payment, choice } = await puzzle();
    const both = await Promise.all([1, 2].map(() => api.decide(payment.paymentId, 'confirm', choice())));
    expect(both.map((answer) => answer.status)).toEqual([200, 200]);
    const keyed = { 'idempotency-key': newId() };
    const first = await api.decide(payment.paymentId, 'confirm', choice(), keyed);
    const second = await api.decide(payment.paymentId, 'confirm', choice(), keyed);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(second.body).toEqual(first.body);
    expect(await balanceOf(api, 'receivable')).toBe(0);
    expect(first.body.history.map((line) => line.what)).toEqual(['unmatched', 'confirmed']);
  });

  it('keeps the surplus as credit, and all of it where only a customer is named', async () => {
    const { api, payer, payment, choice } = await puzzle(500_000, 600_000);
    expect((await api.decide(payment.paymentId, 'confirm', choice(500_000))).body.creditCents).toBe(100_000);
    await api.decide(payment.paymentId, 'undo', { reason: 'not for the invoice' });
    const credited = await api.decide(payment.paymentId, 'confirm', { customerId: payer.customerId });
    expect(credited.body).toMatchObject({ creditCents: 600_000, allocations: [] });
    expect(await isWhole(api)).toBe(true);
  });

  it('pays for several customers where a person says so, which undo takes back, and nobody learns whose the payer is', async () => {
    const { organisationId, api, payer, payment } = await puzzle(500_000, 850_000);
    const sister = debtor(organisationId, 300_000);
    await world.owe(organisationId, sister);
    const allocations = [
      { invoiceId: payer.invoice.invoiceId, amountCents: 500_000 },
      { invoiceId: sister.invoice.invoiceId, amountCents: 300_000 },
    ];
    const both = { allocations, acrossCustomers: true };
    for (const body of [{ acrossCustomers: true }, { proposal: 0, acrossCustomers: true }])
      expect((await api.decide(payment.paymentId, 'confirm', body)).status).toBe(400);
    expect((await api.decide(payment.paymentId, 'confirm', { allocations })).body.code).toBe('customer_differs');
    const { body } = await api.decide(payment.paymentId, 'confirm', both);
    expect(body).toMatchObject({ status: 'confirmed', customerId: payer.customerId, creditCents: 50_000, allocations });
    expect(await balanceOf(api, 'receivable')).toBe(0);
    expect((await api.decide(payment.paymentId, 'confirm', both)).body.version).toBe(body.version);
    await world.publish(invoiceVoided(organisationId, sister.invoice, 2));
    await eventually(async () => (await api.match(payment.paymentId)).creditCents).toBe(350_000);
    await api.decide(payment.paymentId, 'undo', { reason: 'each paid by herself' });
    expect(await balanceOf(api, 'unapplied')).toBe(-850_000);
    expect(await balanceOf(api, 'receivable')).toBe(500_000);
    expect(await isWhole(api)).toBe(true);
    expect(world.out.of('alias.learned').filter((one) => one.subject.id === payment.paymentId)).toEqual([]);
  });

  it('is refused where the sum, the invoice or the state does not allow it, and nothing changes', async () => {
    const { organisationId, api, payer, payment, choice } = await puzzle(400_000);
    const invoiceId = payer.invoice.invoiceId;
    const foreign = debtor(organisationId, 900_000);
    const dollars = { ...payer.invoice, invoiceId: newId(), number: 'USD-1', currency: 'USD' };
    await world.publish(...foreign.events, invoiceIssued(organisationId, dollars));
    await eventually(async () => (await api.balance()).currencies.length).toBe(2);
    const before = await api.match(payment.paymentId);
    const refusals: [unknown, number, string][] = [
      [undefined, 422, 'no_proposal'],
      [{ proposal: 3 }, 422, 'no_proposal'],
      [choice(450_000), 422, 'amount_above_balance'],
      [{ allocations: [{ invoiceId: foreign.invoice.invoiceId, amountCents: 600_000 }] }, 422, 'amount_above_payment'],
      [{ allocations: [{ invoiceId: newId(), amountCents: 100 }] }, 422, 'invoice_unknown'],
      [{ allocations: [{ invoiceId: dollars.invoiceId, amountCents: 100 }] }, 422, 'currency_differs'],
      [{ customerId: newId() }, 422, 'customer_unknown'],
      [{ customerId: foreign.customerId, ...choice(100) }, 422, 'customer_differs'],
      [{ allocations: [...choice(100).allocations, { invoiceId, amountCents: 100 }] }, 422, 'invoice_named_twice'],
    ];
    for (const [body, status, code] of refusals)
      expect([code, (await api.decide(payment.paymentId, 'confirm', body)).status]).toEqual([code, status]);
    for (const [body, , code] of refusals)
      expect((await api.decide(payment.paymentId, 'confirm', body)).body.code).toBe(code);
    expect(
      (await api.decide(payment.paymentId, 'confirm', { allocations: [{ invoiceId, amountCents: -5 }] })).status,
    ).toBe(400);
    expect(await api.match(payment.paymentId)).toEqual(before);
    expect((await api.decide(newId(), 'confirm')).body.code).toBe('match_not_found');
    await api.decide(payment.paymentId, 'confirm', choice(400_000));
    const again = await api.decide(payment.paymentId, 'confirm', choice(100_000));
    expect([again.status, again.body.code]).toEqual([409, 'already_settled']);
  });

  it('needs a role that may decide', async () => {
    const { organisationId, payment, choice } = await puzzle();
    const viewer = world.as(organisationId, ['viewer']);
    expect((await viewer.decide(payment.paymentId, 'confirm', choice())).status).toBe(403);
    expect((await viewer.queue()).length).toBe(1);
    expect((await world.as(organisationId, ['bookkeeper']).decide(payment.paymentId, 'confirm', choice())).status).toBe(
      200,
    );
  });
});

describe('a person rejects or undoes', () => {
  it('a rejected suggestion stays without a home and is not suggested again', async () => {
    const { organisationId, api, payer } = await puzzle();
    const payment = { ...payer.pays(500_000), flags: ['odd_time'] };
    await world.publish(paymentReceived(organisationId, payment));
    await untilMatch(api, payment.paymentId, 'suggested');
    expect((await api.match(payment.paymentId)).proposal?.customerId).toBe(payer.customerId);
    const rejected = await api.decide(payment.paymentId, 'reject', { reason: 'not hers' });
    expect(rejected.body).toMatchObject({ status: 'rejected', unappliedCents: 500_000 });
    expect((await api.decide(payment.paymentId, 'reject')).body.version).toBe(rejected.body.version);
    expect((await api.queue('?status=rejected')).map((match) => match.id)).toEqual([payment.paymentId]);
    expect(await api.queue('?status=suggested')).toEqual([]);
    await eventually(() =>
      world.out.of('suggestion.refused').some((event) => event.subject.id === payment.paymentId),
    ).toBe(true);
  });

  it('undo takes everything back, whoever applied it, and the engine does not apply it again', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 500_000);
    const payment = payer.pays(500_000);
    await world.owe(organisationId, payer);
    await world.publish(paymentReceived(organisationId, payment));
    await untilMatch(api, payment.paymentId, 'auto');
    const undone = await api.decide(payment.paymentId, 'undo', { reason: 'paid for the neighbour' });
    expect(undone.body).toMatchObject({ status: 'undone', unappliedCents: 500_000, allocations: [] });
    expect((await api.decide(payment.paymentId, 'undo')).body.version).toBe(undone.body.version);
    expect((await api.decide(payment.paymentId, 'reject', {})).status).toBe(200);
    const nothing = await api.decide(payment.paymentId, 'undo');
    expect([nothing.status, nothing.body.code]).toEqual([409, 'nothing_to_undo']);
    const again = { ...payer.invoice, invoiceId: newId(), number: `${payer.invoice.number}0` };
    const last = { paymentId: newId(), amountCents: 100 };
    await world.publish(invoiceIssued(organisationId, again), paymentReceived(organisationId, last));
    await untilMatch(api, last.paymentId, 'unmatched');
    expect((await api.match(payment.paymentId)).unappliedCents).toBe(500_000);
    expect(await isWhole(api)).toBe(true);
  });
});

describe('house rules', () => {
  it('leave money above the limit to a person, from the next decision on', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const [small, large] = [debtor(organisationId, 100_000), debtor(organisationId, 900_000)];
    const rules = { automatic: true, autoLimitCents: 500_000, firstPayerLimitCents: null };
    expect((await world.as(organisationId, ['bookkeeper']).put('/reconciliation/rules', rules)).status).toBe(403);
    expect((await api.put('/reconciliation/rules', rules)).body).toMatchObject(rules);
    expect((await api.get('/reconciliation/rules')).body).toMatchObject(rules);
    await world.owe(organisationId, small, large);
    const [under, over] = [small.pays(100_000), large.pays(900_000)];
    await world.publish(paymentReceived(organisationId, under), paymentReceived(organisationId, over));
    await untilMatch(api, over.paymentId, 'suggested');
    expect((await api.match(over.paymentId)).reason).toBe('over_limit');
    expect((await api.match(under.paymentId)).status).toBe('auto');
  });
});

describe('at the same moment', () => {
  it('a void and a confirmation leave no money on a void invoice', async () => {
    const { organisationId, api, payer, payment, choice } = await puzzle();
    const [answer] = await Promise.all([
      api.decide(payment.paymentId, 'confirm', choice()),
      world.publish(invoiceVoided(organisationId, payer.invoice, 2)),
    ]);
    expect([200, 422]).toContain(answer.status);
    await eventually(() => balanceOf(api, 'invoiced')).toBe(0);
    await eventually(async () => (await api.match(payment.paymentId)).allocations).toEqual([]);
    expect(await balanceOf(api, 'receivable')).toBe(0);
    expect(await balanceOf(api, 'unapplied')).toBe(-500_000);
  });

  it('confirm and undo on two replicas agree with the ledger', async () => {
    const { organisationId, payment, choice } = await puzzle();
    const second = await world.start();
    const [here, there] = [world.as(organisationId), world.as(organisationId, ['owner'], second)];
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all([
        here.decide(payment.paymentId, 'confirm', choice()),
        there.decide(payment.paymentId, 'undo', { reason: 'no' }),
        there.decide(payment.paymentId, 'confirm', choice()),
        here.decide(payment.paymentId, 'undo', { reason: 'no' }),
      ]);
      for (const { status } of answers) expect([200, 409]).toContain(status);
      const match = await here.match(payment.paymentId);
      const applied = match.allocations.reduce((sum, line) => sum + line.amountCents, 0);
      expect(applied + match.unappliedCents).toBe(500_000);
      expect(await balanceOf(there, 'receivable')).toBe(500_000 - applied);
    }
    await second.stop();
  });
});

describe('reads', () => {
  it('pages the review queue, oldest first, forth and back, with filters', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payments = Array.from({ length: 5 }, (_, n) => ({
      paymentId: newId(),
      amountCents: (n + 1) * 1_000,
      receivedAt: `2026-03-0${n + 1}T08:00:00.000Z`,
    }));
    await world.publish(...payments.map((payment) => paymentReceived(organisationId, payment)));
    await untilMatch(api, payments[4]?.paymentId ?? '', 'unmatched');
    const page = async (query: string) => (await api.get<Page>(`/reconciliation/review-queue${query}`)).body;
    const first = await page('?limit=2');
    const second = await page(`?limit=2&cursor=${first.page.next}`);
    const back = await page(`?limit=2&cursor=${second.page.prev}`);
    expect([...first.data, ...second.data].map((match) => match.payment.amountCents)).toEqual([
      1_000, 2_000, 3_000, 4_000,
    ]);
    expect(back.data).toEqual(first.data);
    expect((await api.queue('?minAmountCents=4000')).length).toBe(2);
    expect((await api.queue('?reason=tie')).length).toBe(0);
    expect((await api.queue('?olderThanHours=1')).length).toBe(5);
  });

  it('imagines a payment without changing anything', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 500_000);
    await world.publish(...payer.events);
    await eventually(() => balanceOf(api, 'receivable')).toBe(500_000);
    const body = { reference: payer.invoice.number, amountCents: 500_000, phone: payer.phone, names: ['WANJIKU'] };
    const imagined = await api.post<ImaginedDecision>('/reconciliation/match-payment', body);
    expect(imagined.body).toMatchObject({ decision: 'auto', proposal: { customerId: payer.customerId } });
    expect((await api.status()).payments).toBe(0);
  });
});
