import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  customerSaved,
  evidenceAdded,
  invoiceChanged,
  invoiceIssued,
  invoiceVoided,
  paymentReceived,
} from './builders.ts';
import {
  balanceOf,
  type Client,
  type Debtor,
  debtor,
  eventually,
  nobody,
  openWorld,
  untilMatch,
  type World,
} from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld(undefined, { MALIPO_RECONCILIATION_WAKE_MS: '50' });
});
afterAll(() => world?.close());

/** Invoices that a match proposes to pay, the alternatives included. */
async function proposed(api: Client, paymentId: string): Promise<string[]> {
  const { proposal, alternatives } = await api.match(paymentId);
  return [...(proposal ? [proposal] : []), ...alternatives].flatMap((one) =>
    one.allocations.map((part) => part.invoiceId),
  );
}

/** Money that the engine had put on an invoice, and a person took off it again. */
async function takenBack(amountCents: number) {
  const organisationId = newId();
  const api = world.as(organisationId);
  const payer = debtor(organisationId, 500_000);
  await world.owe(organisationId, payer);
  const { paymentId, ...payment } = payer.pays(amountCents);
  await world.publish(paymentReceived(organisationId, { paymentId, ...payment }));
  await untilMatch(api, paymentId, 'auto');
  const undone = (await api.decide(paymentId, 'undo', { reason: 'a neighbour’s' })).body;
  expect(await proposed(api, paymentId)).toEqual([payer.invoice.invoiceId]);
  return { organisationId, api, payer, paymentId, payment, undone };
}

type TakenBack = Awaited<ReturnType<typeof takenBack>>;

/** A person puts 3,000.00 of money that fits nobody on the payer's invoice. */
async function paidInPart(api: Client, organisationId: string, { invoice }: Debtor): Promise<void> {
  const part = nobody(300_000);
  await world.publish(paymentReceived(organisationId, part));
  await untilMatch(api, part.paymentId, 'unmatched');
  const allocations = [{ invoiceId: invoice.invoiceId, amountCents: 300_000 }];
  await api.decide(part.paymentId, 'confirm', { allocations });
}

/** What makes money the answer to our own prompt for the payer's invoice. */
const prompted = ({ invoice: { customerId, invoiceId } }: Debtor) => ({
  requestId: newId(),
  request: { customerId, invoiceId },
});

const reducedTo =
  (totalCents: number) =>
  async ({ organisationId, api, payer }: TakenBack) => {
    await paidInPart(api, organisationId, payer);
    await world.publish(invoiceChanged(organisationId, { ...payer.invoice, totalCents }, 2));
  };

describe('money that a person took back proposes its invoice no more, and stays taken back', () => {
  it.each<[string, number, (one: TakenBack) => Promise<unknown>]>([
    [
      'when other money is put on it',
      500_000,
      ({ organisationId, payer }) =>
        world.publish(paymentReceived(organisationId, { ...nobody(500_000), ...prompted(payer) })),
    ],
    [
      'when a person puts other money on it',
      500_000,
      async ({ organisationId, api, payer }) => {
        const { paymentId } = nobody(500_000);
        await world.publish(paymentReceived(organisationId, { ...nobody(500_000), paymentId }));
        await untilMatch(api, paymentId, 'unmatched');
        const { invoiceId } = payer.invoice;
        await api.decide(paymentId, 'confirm', { allocations: [{ invoiceId, amountCents: 500_000 }] });
      },
    ],
    [
      'when it is void',
      500_000,
      ({ organisationId, payer }) => world.publish(invoiceVoided(organisationId, payer.invoice, 2)),
    ],
    ['when it is reduced to what is paid', 200_000, reducedTo(300_000)],
    ['when it is reduced to a crumb more than is paid', 200_000, reducedTo(300_400)],
  ])('%s', async (_what, amountCents, change) => {
    const one = await takenBack(amountCents);
    await change(one);
    await eventually(() => proposed(one.api, one.paymentId)).toEqual([]);
    const { version, status, decidedBy, unappliedCents } = await one.api.match(one.paymentId);
    expect([status, decidedBy, unappliedCents]).toEqual(['undone', one.undone.decidedBy, amountCents]);
    expect((await one.api.decide(one.paymentId, 'confirm')).body.code).toBe('no_proposal');
    // and again something of that customer changes: nothing is new
    const last = { ...one.payer.invoice, invoiceId: newId(), number: 'ZK-2026-1', totalCents: 80_000 };
    const before = await balanceOf(one.api, 'receivable');
    await world.publish(invoiceIssued(one.organisationId, last));
    await eventually(() => balanceOf(one.api, 'receivable')).toBe(before + 80_000);
    expect((await one.api.match(one.paymentId)).version).toBe(version);
  });

  it('nor at once, where that was reduced while the money lay on it', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 500_000);
    await world.owe(organisationId, payer);
    const paid = payer.pays(500_000);
    await world.publish(paymentReceived(organisationId, paid));
    await untilMatch(api, paid.paymentId, 'auto');
    await world.publish(invoiceChanged(organisationId, { ...payer.invoice, totalCents: 300_000 }, 2));
    await eventually(async () => (await api.match(paid.paymentId)).creditCents).toBe(200_000);
    await api.decide(paid.paymentId, 'undo');
    expect(await proposed(api, paid.paymentId)).toEqual([]);
    expect((await api.decide(paid.paymentId, 'confirm')).body.code).toBe('no_proposal');
  });

  it('nor what was suggested for it since', async () => {
    const { organisationId, api, paymentId, payment } = await takenBack(500_000);
    const [customerId, phone] = [newId(), '254733987654'];
    const invoice = { invoiceId: newId(), customerId, number: 'ZK-2026-3', totalCents: 500_000 };
    await world.publish(customerSaved(organisationId, { customerId, name: 'Zuhura Kanaria', phone }));
    await world.publish(invoiceIssued(organisationId, invoice));
    const better = { ...payment, paymentId, reference: null, number: { form: 'none', value: '' } as const };
    await world.publish(evidenceAdded(organisationId, { ...better, payerNames: ['ZUHURA'] }, 2));
    await untilMatch(api, paymentId, 'suggested');
    expect(await proposed(api, paymentId)).toEqual([invoice.invoiceId]);
    await world.publish(invoiceVoided(organisationId, invoice, 2));
    await untilMatch(api, paymentId, 'unmatched');
    expect(await proposed(api, paymentId)).toEqual([]);
  });
});

describe('a suggestion goes with the invoice that it was for', () => {
  it.each([
    ['is reduced to what is paid', 300_000],
    ['is reduced to a crumb more than is paid', 300_400],
  ])('when that %s', async (_what, totalCents) => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 500_000);
    await world.owe(organisationId, payer);
    const waits = { ...payer.pays(200_000), flags: ['odd_time'] };
    await world.publish(paymentReceived(organisationId, waits));
    await untilMatch(api, waits.paymentId, 'suggested');
    await paidInPart(api, organisationId, payer);
    expect(await proposed(api, waits.paymentId)).toEqual([payer.invoice.invoiceId]);
    await world.publish(invoiceChanged(organisationId, { ...payer.invoice, totalCents }, 2));
    await eventually(() => proposed(api, waits.paymentId)).toEqual([]);
  });

  it('when the answer to a prompt pays that', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 500_000);
    await world.owe(organisationId, payer);
    const waits = { ...payer.pays(500_000), flags: ['odd_time'] };
    await world.publish(paymentReceived(organisationId, waits));
    await untilMatch(api, waits.paymentId, 'suggested');
    expect(await proposed(api, waits.paymentId)).toEqual([payer.invoice.invoiceId]);
    const answer = { ...nobody(500_000), ...prompted(payer) };
    await world.publish(paymentReceived(organisationId, answer));
    await untilMatch(api, answer.paymentId, 'auto');
    await eventually(() => proposed(api, waits.paymentId)).toEqual([]);
  });

  it('when that becomes another customer’s', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const [payer, other] = [debtor(organisationId, 500_000), debtor(organisationId, 900_000)];
    await world.owe(organisationId, payer, other);
    const waits = { ...payer.pays(500_000), reference: null, payerNames: [], flags: ['odd_time'] };
    await world.publish(paymentReceived(organisationId, waits));
    await untilMatch(api, waits.paymentId, 'suggested');
    expect(await proposed(api, waits.paymentId)).toEqual([payer.invoice.invoiceId]);
    const { customerId } = other;
    await world.publish(invoiceChanged(organisationId, { ...payer.invoice, customerId, number: 'ZK-2026-2' }, 2));
    await eventually(() => proposed(api, waits.paymentId)).toEqual([]);
  });
});
