import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customerSaved, invoiceChanged, invoiceIssued, paymentReceived } from './builders.ts';
import { balanceOf, type Debtor, debtor, eventually, openWorld, untilMatch, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

/** Money that a person refused to give to whom it seemed to be from, by the given word. */
async function refusedMoney(automatic: boolean, verb: 'reject' | 'undo') {
  const organisationId = newId();
  const api = world.as(organisationId);
  const payer = debtor(organisationId, 500_000);
  await world.owe(organisationId, payer);
  await api.put('/reconciliation/rules', { automatic, autoLimitCents: null, firstPayerLimitCents: null });
  const { paymentId, ...payment } = payer.pays(500_000);
  await world.publish(paymentReceived(organisationId, { paymentId, ...payment }));
  await untilMatch(api, paymentId, automatic ? 'auto' : 'suggested');
  const { body } = await api.decide(paymentId, verb, { reason: 'not hers' });
  return { organisationId, api, payer, paymentId, refused: body };
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

  it('is asked again where there is something else to suggest', async () => {
    const { organisationId, api, payer, paymentId } = await refusedMoney(false, 'reject');
    await world.publish(invoiceChanged(organisationId, { ...payer.invoice, totalCents: 400_000 }, 2));
    await untilMatch(api, paymentId, 'suggested');
    expect((await api.match(paymentId)).proposal?.allocations).toMatchObject([{ amountCents: 400_000 }]);
  });
});
