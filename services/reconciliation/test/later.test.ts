import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  customerSaved,
  evidenceAdded,
  invoiceChanged,
  invoiceIssued,
  invoiceVoided,
  paymentReceived,
  paymentReversed,
} from './builders.ts';
import { balanceOf, debtor, eventually, nobody, openWorld, untilMatch, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

/** A customer who pays before anything is known to be owed, and the invoice for it. */
function keptAsCredit(organisationId: string) {
  const [customerId, phone, account] = [newId(), '254711987654', 'PLOT77KANARY'];
  const invoice = { invoiceId: newId(), customerId, number: 'INV-2026-77077', totalCents: 300_000 };
  return {
    customer: customerSaved(organisationId, { customerId, name: 'Zuhura Kanaria', phone, accountNumbers: [account] }),
    payment: {
      paymentId: newId(),
      amountCents: 300_000,
      reference: account,
      number: { form: 'full' as const, value: phone },
      payerNames: ['ZUHURA KANARIA'],
    },
    invoice: invoiceIssued(organisationId, invoice),
  };
}

describe('what comes later', () => {
  it('an invoice finds the money that waited for it', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 300_000);
    const payment = payer.pays(300_000);
    await world.publish(paymentReceived(organisationId, payment));
    await untilMatch(api, payment.paymentId, 'unmatched');
    expect(await balanceOf(api, 'unapplied')).toBe(-300_000);
    await world.publish(...payer.events);
    await untilMatch(api, payment.paymentId, 'auto');
    expect(await balanceOf(api, 'unapplied')).toBe(0);
    expect((await api.match(payment.paymentId)).history.map((line) => line.what)).toEqual(['unmatched', 'auto']);
  });

  it('an invoice that was issued before the money came, but is heard of later, takes what was kept as credit', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const { customer, payment, invoice } = keptAsCredit(organisationId);
    await world.publish(customer);
    await world.publish(paymentReceived(organisationId, payment));
    await untilMatch(api, payment.paymentId, 'auto');
    expect(await balanceOf(api, 'customer_credit')).toBe(-300_000);
    await world.publish(invoice, invoice);
    await eventually(() => balanceOf(api, 'customer_credit')).toBe(0);
    const match = await api.match(payment.paymentId);
    expect(match).toMatchObject({ status: 'auto', creditCents: 0, allocations: [{ amountCents: 300_000 }] });
    expect(match.history.slice(-3).map((line) => line.what)).toEqual(['auto', 'undone', 'auto']);
    expect(await balanceOf(api, 'receivable')).toBe(0);
  });

  it('an invoice that is issued after the money came leaves the credit to people', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const { customer, payment, invoice } = keptAsCredit(organisationId);
    const last = nobody(100);
    await world.publish(customer);
    await world.publish(paymentReceived(organisationId, { ...payment, receivedAt: '2026-03-02T07:59:59.999Z' }));
    await untilMatch(api, payment.paymentId, 'auto');
    await world.publish(invoice, paymentReceived(organisationId, last));
    await untilMatch(api, last.paymentId, 'unmatched');
    expect(await balanceOf(api, 'customer_credit')).toBe(-300_000);
    expect(await balanceOf(api, 'receivable')).toBe(300_000);
  });

  it('a twin with better evidence moves money that was applied elsewhere', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const [wrong, right] = [debtor(organisationId, 500_000), debtor(organisationId, 500_000)];
    const payment = wrong.pays(500_000);
    const requestId = newId();
    await world.owe(organisationId, wrong, right);
    await world.publish(paymentReceived(organisationId, payment));
    await untilMatch(api, payment.paymentId, 'auto');
    const better = {
      ...payment,
      reference: right.invoice.number,
      number: { form: 'full' as const, value: right.phone },
      requestId,
      request: { customerId: right.customerId, invoiceId: right.invoice.invoiceId },
    };
    await world.publish(evidenceAdded(organisationId, better, 2), evidenceAdded(organisationId, better, 2));
    await eventually(async () => (await api.match(payment.paymentId)).customerId).toBe(right.customerId);
    const match = await api.match(payment.paymentId);
    expect(match.allocations).toMatchObject([{ invoiceId: right.invoice.invoiceId, amountCents: 500_000 }]);
    expect(match.history.map((line) => line.what)).toEqual(['auto', 'undone', 'auto']);
    expect(await balanceOf(api, 'clearing:mpesa:600100')).toBe(500_000);
    await eventually(() =>
      world.out.events
        .filter((event) => event.subject.id === payment.paymentId)
        .map((event) => [event.type, event.subject.version]),
    ).toEqual([
      ['payment.allocated', 1],
      ['allocation.undone', 2],
      ['payment.allocated', 3],
    ]);
  });

  it('the same evidence again, or weaker evidence, moves nothing', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 500_000);
    const payment = payer.pays(500_000);
    const weaker = { ...payment, reference: null, number: { form: 'none' as const, value: '' as const } };
    const last = nobody(100);
    await world.owe(organisationId, payer);
    await world.publish(paymentReceived(organisationId, payment));
    await world.publish(evidenceAdded(organisationId, weaker, 2), paymentReceived(organisationId, last));
    await untilMatch(api, last.paymentId, 'unmatched');
    expect(await api.match(payment.paymentId)).toMatchObject({ status: 'auto', customerId: payer.customerId });
  });

  it('a void takes the money back and matches it again', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 500_000);
    const other = { ...payer.invoice, invoiceId: newId(), number: 'INV-2026-99001' };
    const payment = payer.pays(500_000);
    await world.owe(organisationId, payer);
    await world.publish(paymentReceived(organisationId, payment));
    await untilMatch(api, payment.paymentId, 'auto');
    await world.publish(invoiceIssued(organisationId, other), invoiceVoided(organisationId, payer.invoice, 2));
    await eventually(async () => (await api.match(payment.paymentId)).version).toBeGreaterThan(1);
    const match = await api.match(payment.paymentId);
    expect(match.allocations.map((line) => line.invoiceId)).not.toContain(payer.invoice.invoiceId);
    expect(await balanceOf(api, 'invoiced')).toBe(-500_000);
    const undone = () => world.out.of('allocation.undone').filter((event) => event.subject.id === payment.paymentId);
    await eventually(() => undone().length).toBe(1);
    expect(undone()[0]?.data).toMatchObject({ decision: 'undone', allocations: [{ amountCents: 0, version: 2 }] });
  });

  it('a reduction below what was applied takes the money back; an older version changes nothing', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const payer = debtor(organisationId, 500_000);
    const payment = payer.pays(400_000);
    await world.owe(organisationId, payer);
    await world.publish(paymentReceived(organisationId, payment));
    await untilMatch(api, payment.paymentId, 'auto');
    await world.publish(invoiceChanged(organisationId, { ...payer.invoice, totalCents: 300_000 }, 3));
    await eventually(() => balanceOf(api, 'invoiced')).toBe(-300_000);
    await world.publish(invoiceChanged(organisationId, { ...payer.invoice, totalCents: 900_000 }, 2));
    const last = nobody(100);
    await world.publish(paymentReceived(organisationId, last));
    await untilMatch(api, last.paymentId, 'unmatched');
    expect(await balanceOf(api, 'invoiced')).toBe(-300_000);
    const match = await api.match(payment.paymentId);
    expect(match.allocations.reduce((sum, line) => sum + line.amountCents, 0)).toBeLessThanOrEqual(300_000);
  });

  it('a reversal takes money out, before or after its payment, once', async () => {
    const organisationId = newId();
    const api = world.as(organisationId);
    const [after, before] = [debtor(organisationId, 500_000), debtor(organisationId, 700_000)];
    const [late, early] = [after.pays(500_000), before.pays(700_000)];
    await world.owe(organisationId, after, before);
    await world.publish(paymentReceived(organisationId, late));
    await world.publish(paymentReversed(organisationId, early, 2), paymentReversed(organisationId, late, 2));
    await world.publish(paymentReceived(organisationId, early), paymentReversed(organisationId, late, 2));
    await eventually(async () => (await api.match(early.paymentId)).reversed).toBe(true);
    await eventually(async () => (await api.match(late.paymentId)).reversed).toBe(true);
    expect(await balanceOf(api, 'clearing:mpesa:600100')).toBe(0);
    expect(await balanceOf(api, 'receivable')).toBe(1_200_000);
    expect(await api.queue()).toEqual([]);
    expect((await api.decide(late.paymentId, 'confirm')).body.code).toBe('payment_reversed');
  });
});
