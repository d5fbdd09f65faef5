import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customerSaved, evidenceAdded, invoiceIssued, paymentReceived, paymentReversed } from './builders.ts';
import { debtor, eventually, nobody, openWorld, untilMatch, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld(undefined, { MALIPO_RECONCILIATION_WAKE_MS: '50' });
});
afterAll(() => world?.close());

/** A customer with no name in common with the others. */
function stranger(organisationId: string) {
  const { customerId, phone, invoice } = debtor(organisationId, 700_000);
  const customer = customerSaved(organisationId, { customerId, name: 'Zuhura Kanaria', phone });
  return { customerId, phone, invoice, events: [customer, invoiceIssued(organisationId, invoice)] };
}

/** Money that may be a customer's, and that customer's own, which is held back for it alone. */
async function doubted() {
  const organisationId = newId();
  const api = world.as(organisationId);
  const [payer, other] = [debtor(organisationId, 500_000), stranger(organisationId)];
  await world.owe(organisationId, payer, other);
  const doubt = { ...nobody(500_000), payerNames: [payer.name], flags: ['odd_time'] };
  await world.publish(paymentReceived(organisationId, doubt));
  await untilMatch(api, doubt.paymentId, 'suggested');
  expect((await api.match(doubt.paymentId)).proposal?.customerId).toBe(payer.customerId);
  const own = { ...payer.pays(500_000), reference: null, payerNames: [payer.name] };
  await world.publish(paymentReceived(organisationId, own));
  await untilMatch(api, own.paymentId, 'suggested');
  expect((await api.match(own.paymentId)).reason).toBe('unresolved_before');
  return { organisationId, api, payer, other, doubt, own };
}

describe('money that was held for other money alone is applied', () => {
  it('when a person rejects the other', async () => {
    const { api, doubt, own, payer } = await doubted();
    const rejected = await api.decide(doubt.paymentId, 'reject', { reason: 'a stranger' });
    await untilMatch(api, own.paymentId, 'auto');
    expect((await api.match(own.paymentId)).allocations[0]?.invoiceId).toBe(payer.invoice.invoiceId);
    expect((await api.match(own.paymentId)).history.at(-1)?.why).toMatch(/other money/);
    const { status, decidedBy, history } = await api.match(doubt.paymentId);
    expect([status, decidedBy]).toEqual(['rejected', rejected.body.decidedBy]);
    expect(history.map((line) => line.what)).not.toContain('unmatched');
  });

  it.each([
    ['another invoice', true],
    ['another customer’s credit', false],
  ])('when a person confirms the other as %s', async (_what, onInvoice) => {
    const { api, doubt, own, other } = await doubted();
    const { invoiceId } = other.invoice;
    const allocations = onInvoice ? [{ invoiceId, amountCents: 500_000 }] : [];
    await api.decide(doubt.paymentId, 'confirm', { customerId: other.customerId, allocations });
    await untilMatch(api, own.paymentId, 'auto');
  });

  it('when the provider takes the other back', async () => {
    const { organisationId, api, doubt, own } = await doubted();
    await world.publish(paymentReversed(organisationId, doubt, 2));
    await untilMatch(api, own.paymentId, 'auto');
  });

  it('when the other is suggested for somebody else, as better evidence says', async () => {
    const { organisationId, api, doubt, own, other } = await doubted();
    const number = { form: 'full' as const, value: other.phone };
    const better = { ...doubt, payerNames: ['ZUHURA KANARIA'], number };
    await world.publish(evidenceAdded(organisationId, better, 2));
    await untilMatch(api, own.paymentId, 'auto');
    expect(await api.match(doubt.paymentId)).toMatchObject({
      status: 'suggested',
      proposal: { customerId: other.customerId },
      alternatives: [],
    });
  });

  it('when an invoice comes that the other was for', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const [payer, other] = [debtor(organisationId, 500_000), stranger(organisationId)];
    await world.owe(organisationId, payer, other);
    const late = { ...other.invoice, invoiceId: newId(), number: 'ZK-2026-88001', totalCents: 500_000 };
    const number = { form: 'full' as const, value: other.phone };
    const doubt = { ...nobody(500_000), payerNames: [payer.name], number, reference: late.number };
    const own = { ...payer.pays(500_000), reference: null, payerNames: [payer.name] };
    for (const paid of [doubt, own]) {
      await world.publish(paymentReceived(organisationId, paid));
      await eventually(async () => (await api.match(paid.paymentId)).status).toBe('suggested');
    }
    expect((await api.match(own.paymentId)).reason).toBe('unresolved_before');
    await world.publish(invoiceIssued(organisationId, late));
    await untilMatch(api, doubt.paymentId, 'auto');
    await untilMatch(api, own.paymentId, 'auto');
  });
});
