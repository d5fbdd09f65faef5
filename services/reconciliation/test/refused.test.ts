import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customerSaved, evidenceAdded, invoiceChanged, invoiceIssued, paymentReceived } from './builders.ts';
import { balanceOf, type Debtor, debtor, eventually, openWorld, untilMatch, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

/** Money that a person refused to give to whom it seemed to be from, by the given word. */
async function refusedMoney(automatic: boolean, verb: 'reject' | 'undo', more: { reference?: string } = {}) {
  const organisationId = newId();
  const api = world.as(organisationId);
  const payer = debtor(organisationId, 500_000);
  await world.owe(organisationId, payer);
  await api.put('/reconciliation/rules', { automatic, autoLimitCents: null, firstPayerLimitCents: null });
  const { paymentId, ...payment } = { ...payer.pays(500_000), ...more };
  await world.publish(paymentReceived(organisationId, { paymentId, ...payment }));
  await untilMatch(api, paymentId, automatic ? 'auto' : 'suggested');
  const { body } = await api.decide(paymentId, verb, { reason: 'not hers' });
  return { organisationId, api, payer, paymentId, payment, refused: body };
}

const renamed = (organisationId: string, { customerId, phone }: Debtor) =>
  customerSaved(organisationId, { customerId, name: 'Wanjiku Renamed', phone }, 2);
const anotherInvoice = ({ invoice }: Debtor, totalCents: number) => ({
  ...invoice,
  invoiceId: newId(),
  number: `${invoice.number}9`,
  totalCents,
});

describe('a person’s no', () => {
  it.each([
    ['reject', 'rejected', false],
    ['undo', 'undone', true],
  ] as const)('to %s stands when the customer or an invoice of theirs is touched', async (verb, status, automatic) => {
    const { organisationId, api, payer, paymentId, refused } = await refusedMoney(automatic, verb);
    expect(refused.status).toBe(status);
    await world.publish(renamed(organisationId, payer));
    await eventually(async () => (await api.match(paymentId)).proposal?.customerName).toBe('Wanjiku Renamed');
    await world.publish(invoiceIssued(organisationId, anotherInvoice(payer, 70_000)));
    await eventually(() => balanceOf(api, 'receivable')).toBe(570_000);
    expect(await api.match(paymentId)).toMatchObject({ status, version: refused.version });
    expect((await api.status()).decisions).toMatchObject({ [status]: 1, suggested: 0 });
  });

  it.each([
    ['reject', 'rejected', false],
    ['undo', 'undone', true],
  ] as const)('to %s is not asked again for the customer’s next invoice', async (verb, status, automatic) => {
    const { organisationId, api, payer, paymentId, refused } = await refusedMoney(automatic, verb);
    await world.publish(
      invoiceChanged(organisationId, { ...payer.invoice, totalCents: 400_000 }, 2),
      invoiceIssued(organisationId, anotherInvoice(payer, 500_000)),
    );
    await eventually(() => balanceOf(api, 'receivable')).toBe(900_000);
    // what was proposed can be paid no more, so it is gone; who decided, and how, is not
    const { proposal, version, decidedBy, history, ...match } = await api.match(paymentId);
    expect(match.status).toBe(status);
    expect([proposal, decidedBy, version]).toEqual([null, refused.decidedBy, refused.version + 1]);
    expect(history.at(-1)).toMatchObject({ who: 'engine', what: 'reconsidered' });
    const news = () => world.out.of('payment.unmatched').filter((event) => event.subject.id === paymentId);
    await eventually(() => news().at(-1)?.subject.version).toBe(version);
    expect(news().at(-1)?.data).toMatchObject({ decision: status, reason: match.reason, decidedBy });
    await world.publish(renamed(organisationId, payer));
    await world.publish(invoiceIssued(organisationId, { ...anotherInvoice(payer, 500_000), number: 'ZK-7' }));
    await eventually(() => balanceOf(api, 'receivable')).toBe(1_400_000);
    expect((await api.match(paymentId)).version).toBe(version);
  });

  it('is asked again where somebody else is to be suggested', async () => {
    const { organisationId, api, paymentId } = await refusedMoney(false, 'reject', { reference: 'ZK-2026-55001' });
    const other = debtor(organisationId, 500_000);
    await world.owe(organisationId, other);
    const named = { ...anotherInvoice(other, 500_000), number: 'ZK-2026-55001' };
    await world.publish(invoiceIssued(organisationId, named));
    await untilMatch(api, paymentId, 'suggested');
    expect((await api.match(paymentId)).proposal?.customerId).toBe(other.customerId);
  });

  it('is asked again for the same customer when there is better evidence about the money', async () => {
    const { organisationId, api, payer, paymentId, payment } = await refusedMoney(false, 'reject');
    const next = anotherInvoice(payer, 500_000);
    await world.publish(invoiceIssued(organisationId, next));
    await eventually(() => balanceOf(api, 'receivable')).toBe(1_000_000);
    await world.publish(evidenceAdded(organisationId, { ...payment, paymentId, reference: next.number }, 2));
    await untilMatch(api, paymentId, 'suggested');
    expect((await api.match(paymentId)).proposal?.allocations).toMatchObject([{ invoiceId: next.invoiceId }]);
  });
});
