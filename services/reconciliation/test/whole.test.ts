import { PaymentRequestPrompted } from '@malipo/events';
import { newId } from '@malipo/values';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { holdReview } from '../src/commands/arrange-review.ts';
import { confirmMatch } from '../src/commands/change-match.ts';
import { reconcileSlice } from '../src/commands/reconcile-slice.ts';
import type { Deps } from '../src/commands/work.ts';
import { customerSaved, invoiceChanged, paymentReceived, paymentReversed, received } from './builders.ts';
import { debtor, nobody, openUnfed, type Unfed } from './support.ts';

let unfed: Unfed;
let deps: Deps;

/** Without its jobs, too: nothing writes but what a test asks for. */
beforeEach(async () => {
  unfed = await openUnfed({ jobs: () => [] });
  ({ deps } = unfed);
});
afterEach(() => unfed.close());

/** Every write of a transaction is done, and then it is not committed. */
function failingAtTheEnd(): Deps {
  const commit: Deps['relay']['commit'] = (work) =>
    deps.relay.commit(async (tx) => {
      await work(tx);
      throw new Error('the power goes');
    });
  return { ...deps, relay: { ...deps.relay, commit } };
}

/** All that the service holds, but for prompts, which are noted beside the transaction. */
async function stored(): Promise<Record<string, unknown[]>> {
  const { prompts: _, ...collections } = deps.collections;
  const all = Object.entries(collections).map(async ([name, rows]) => [
    name,
    await rows.find().sort({ _id: 1 }).toArray(),
  ]);
  return Object.fromEntries(await Promise.all(all));
}

const organisationId = newId();
const caller = { organisationId, userId: newId(), roles: ['owner' as const], tokenExpiresAt: new Date() };

it('a slice that fails at its end leaves nothing behind, and all of it once it comes again', async () => {
  const [payer, newcomer] = [debtor(organisationId, 300_000), debtor(organisationId, 700_000)];
  const [paid, first, elsewhere] = [payer.pays(300_000), newcomer.pays(700_000), newId()];
  const waiting = [1, 2, 3].map((n) => ({ ...nobody(n * 10_000), reference: payer.invoice.number }));
  const early = [...payer.events, ...[paid, ...waiting].map((one) => paymentReceived(organisationId, one))];
  await reconcileSlice(deps, early.map(received));
  const { customerId, name, phone, invoice } = payer;
  const requestId = newId();
  const prompt = { requestId, channelId: newId(), mode: 'test' as const, customerId, invoiceId: invoice.invoiceId };
  const prompted = { ...prompt, accountReference: 'X', amountCents: 100, promptedAt: new Date().toISOString() };
  const late = [
    customerSaved(organisationId, { customerId, name: `${name} Otieno`, phone }, 2),
    invoiceChanged(organisationId, { ...invoice, totalCents: 290_000 }, 2),
    ...newcomer.events,
    paymentReceived(organisationId, first),
    PaymentRequestPrompted.create(prompted, { organisationId, subject: { id: requestId, version: 1 }, at: new Date() }),
    paymentReversed(organisationId, paid, 2),
    paymentReceived(elsewhere, nobody(5_000)),
  ].map(received);
  const before = await stored();
  await expect(reconcileSlice(failingAtTheEnd(), late, 1)).rejects.toThrow('the power goes');
  expect(await stored()).toEqual(before);

  await reconcileSlice(deps, late, 1);
  const after = await stored();
  expect(after['requests']).toHaveLength(1);
  expect(after['organisations']).toHaveLength(2);
  expect(after['customers']).toContainEqual(expect.objectContaining({ _id: customerId, version: 2 }));
  expect(after['matches']).toContainEqual(expect.objectContaining({ _id: first.paymentId, status: 'auto' }));
  expect(after['matches']).toContainEqual(expect.objectContaining({ _id: paid.paymentId, reversed: true }));
});

it('a person’s command that fails at its end leaves nothing behind, not even the hold that it ends', async () => {
  const payer = debtor(organisationId, 300_000);
  const lost = nobody(300_000);
  await reconcileSlice(deps, [...payer.events, paymentReceived(organisationId, lost)].map(received));
  const order = { caller, paymentId: lost.paymentId };
  await holdReview(deps, order, new Date(Date.now() + 3_600_000), 'waits for her letter');
  const cause = { correlationId: newId(), causationId: null, traceparent: null };
  const choice = { allocations: [{ invoiceId: payer.invoice.invoiceId, amountCents: 300_000 }] };
  const before = await stored();
  const confirm = (on: Deps) => confirmMatch(on, { ...order, cause }, choice, 'she wrote');
  await expect(confirm(failingAtTheEnd())).rejects.toThrow('the power goes');
  expect(await stored()).toEqual(before);
  await confirm(deps);
  const { matches, organisations } = await stored();
  expect(matches).toMatchObject([{ status: 'confirmed', review: { holdUntil: null } }]);
  const [counts, unresolved] = [{ unmatched: 0, confirmed: 1 }, { KES: { count: 0, cents: 0 } }];
  expect(organisations).toMatchObject([{ counts: { test: counts }, unresolved: { test: unresolved } }]);
});

it('memory forgets what it had learned of a slice that failed at its end', async () => {
  const payer = debtor(organisationId, 300_000);
  await reconcileSlice(deps, payer.events.map(received));
  const [lost, next] = [payer.pays(300_000), payer.pays(300_000)];
  const pay = (on: Deps, payment: typeof lost) =>
    reconcileSlice(on, [received(paymentReceived(organisationId, payment))]);
  await expect(pay(failingAtTheEnd(), lost)).rejects.toThrow('the power goes');
  await pay(deps, next);
  expect((await stored())['matches']).toMatchObject([{ _id: next.paymentId, status: 'auto', creditCents: 0 }]);
});
