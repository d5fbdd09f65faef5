import type { ExpectedTotals, QueueTotals } from '@malipo/api-contracts';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { invoiceIssued, paymentReceived } from './builders.ts';
import { debtor, eventually, nobody, openWorld, untilMatch, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

/** What a number still holds exactly is nine of these. */
const VAST = 1_000_000_000_000_000;

it('money beyond what a number holds exactly is told and shown to the nearest that it can', async () => {
  const organisationId = newId();
  const api = world.as(organisationId);
  const payer = debtor(organisationId, VAST);
  const others = Array.from({ length: 10 }, (_, n) => {
    const invoice = { ...payer.invoice, invoiceId: newId(), number: `VAST-${n}`, dueDate: '2030-01-01' };
    return { invoice, events: [invoiceIssued(organisationId, invoice)] };
  });
  await world.owe(organisationId, payer, ...others);
  const payment = payer.pays(VAST);
  const strangers = Array.from({ length: 10 }, () => nobody(VAST));
  await world.publish(...[payment, ...strangers].map((one) => paymentReceived(organisationId, one)));
  await untilMatch(api, payment.paymentId, 'auto');
  for (const { paymentId } of strangers) await untilMatch(api, paymentId, 'unmatched');

  const told = () => world.out.of('payment.allocated').find((event) => event.subject.id === payment.paymentId);
  await eventually(() => told()?.data).toMatchObject({ balanceCents: Number.MAX_SAFE_INTEGER });
  await eventually(async () => (await api.balance()).currencies?.[0]).toMatchObject({ debitCents: 22 * VAST });
  expect(await api.balance()).toMatchObject({ balanced: true });
  expect(await api.status()).toMatchObject({
    ledger: { sumCents: 0, balanced: true },
    unresolved: { byCurrency: [{ unappliedCents: 10 * VAST }] },
  });
  const queue = await api.get<{ totals: QueueTotals }>('/reconciliation/review-queue');
  expect(queue).toMatchObject({ status: 200, body: { totals: { byCurrency: [{ unappliedCents: 10 * VAST }] } } });
  const expected = await api.get<{ totals: ExpectedTotals }>('/reconciliation/expected?kind=invoice');
  expect(expected).toMatchObject({ status: 200, body: { totals: [{ amountCents: 10 * VAST }] } });
});
