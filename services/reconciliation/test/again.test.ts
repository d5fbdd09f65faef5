import { RaceLostError, type Received } from '@malipo/service-kit';
import { newId } from '@malipo/values';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdReview } from '../src/commands/arrange-review.ts';
import { reconcileSlice } from '../src/commands/reconcile-slice.ts';
import type { Deps } from '../src/commands/work.ts';
import {
  customerSaved,
  invoiceIssued,
  type PaymentInput,
  paymentReceived,
  paymentReversed,
  received,
} from './builders.ts';
import { debtor, eventually, nobody, openUnfed, type Unfed } from './support.ts';

let unfed: Unfed;
let deps: Deps;

beforeEach(async () => {
  unfed = await openUnfed();
  ({ deps } = unfed);
});
afterEach(() => unfed.close());

/** Another replica gets in between the slice's own commit and that of the payments decided again after it. */
function losingSecondCommit(): Deps {
  let commits = 0;
  const commit: Deps['relay']['commit'] = (work) => {
    if (++commits === 2) return Promise.reject(new RaceLostError('organisation'));
    return deps.relay.commit(work);
  };
  return { ...deps, relay: { ...deps.relay, commit } };
}

const organisationId = newId();
const customerId = newId();
const ACCOUNT = 'KCA 619F';
const customer = customerSaved(organisationId, {
  customerId,
  name: 'Wanjiku Kamau',
  phone: '254712345678',
  accountNumbers: [ACCOUNT],
});
const invoice = { invoiceId: newId(), customerId, number: 'INV-2026-04711', totalCents: 300_000 };
const owed = invoiceIssued(organisationId, invoice);

const versionsOf = async (payments: readonly { paymentId: string }[]): Promise<number[]> => {
  const stored = await deps.reads.matches(payments.map((one) => one.paymentId));
  return [...stored.values()].map((match) => match.version);
};

const waitingPayments = (reference: string) =>
  [1, 2, 3].map((n) => ({ paymentId: newId(), amountCents: n * 10_000, reference }));

/** An invoice paid by one payment, and three that name it and wait, since nothing is owed on it. */
async function waitBehind(paid: PaymentInput & { paymentId: string }) {
  await reconcileSlice(deps, [customer, owed, paymentReceived(organisationId, paid)].map(received));
  expect((await deps.reads.matches([paid.paymentId])).get(paid.paymentId)?.status).toBe('auto');
  const payments = waitingPayments(invoice.number);
  await reconcileSlice(deps, payments.map((one) => paymentReceived(organisationId, one)).map(received));
  expect(await versionsOf(payments)).toEqual([1, 1, 1]);
  return payments;
}

describe('payments that fit an invoice again, more than are decided in the transaction that opened it', () => {
  const paid = {
    paymentId: newId(),
    amountCents: invoice.totalCents,
    reference: invoice.number,
    number: { form: 'full', value: '254712345678' },
  } as const;

  it('are decided by whoever looks next when the process dies in between', async () => {
    const payments = await waitBehind(paid);
    const reversal = [received(paymentReversed(organisationId, paid, 2))];
    await expect(reconcileSlice(losingSecondCommit(), reversal, 1)).rejects.toThrow(RaceLostError);
    await reconcileSlice(deps, reversal, 1); // the reversal itself is known by now and opens nothing
    await eventually(async () => Math.min(...(await versionsOf(payments)))).toBe(2);
    await eventually(() => deps.collections.reopened.countDocuments()).toBe(0);
  });

  it('leave no note behind where nothing fails', async () => {
    const payments = await waitBehind(paid);
    await reconcileSlice(deps, [received(paymentReversed(organisationId, paid, 2))], 1);
    expect(await versionsOf(payments)).toEqual([2, 2, 2]);
    expect(await deps.collections.reopened.countDocuments()).toBe(0);
  });
});

describe('payments that a slice explains, more than are decided in its own transaction', () => {
  it.each([
    ['an invoice', [customer], [owed], invoice.number],
    ['a customer', [owed], [customer], ACCOUNT],
  ])(
    'are all decided when the slice that brings %s is repeated after a later commit failed',
    async (_what, before, after, reference) => {
      const payments = waitingPayments(reference);
      const early: Received[] = [...before, ...payments.map((one) => paymentReceived(organisationId, one))].map(
        received,
      );
      await reconcileSlice(deps, early);
      const stored = async () => [...(await deps.reads.matches(payments.map((one) => one.paymentId))).values()];
      expect((await stored()).map((match) => match.version)).toEqual([1, 1, 1]);
      const explaining = after.map(received);
      await expect(reconcileSlice(losingSecondCommit(), explaining, 1)).rejects.toThrow(RaceLostError);
      expect((await stored()).filter((match) => match.version > 1)).toHaveLength(1);
      await reconcileSlice(deps, explaining, 1);
      expect((await stored()).filter((match) => match.version > 1)).toHaveLength(3);
      const versions = (await stored()).map((match) => match.version);
      await reconcileSlice(deps, explaining, 1); // and once more: nothing is new
      expect((await stored()).map((match) => match.version)).toEqual(versions);
    },
  );
});

it('money that a colleague holds while the engine decides on it is not applied', async () => {
  const payer = debtor(organisationId, 300_000);
  const paid = payer.pays(300_000);
  await reconcileSlice(deps, [received(paymentReceived(organisationId, paid))]);
  const caller = { organisationId, userId: newId(), roles: ['bookkeeper' as const], tokenExpiresAt: new Date() };
  const until = new Date(Date.now() + 3_600_000);
  const commit: Deps['relay']['commit'] = async (work) => {
    await holdReview(deps, { caller, paymentId: paid.paymentId }, until, 'waits for her letter');
    return deps.relay.commit(work);
  };
  const explaining = payer.events.map(received);
  const meanwhile = { ...deps, relay: { ...deps.relay, commit } };
  await expect(reconcileSlice(meanwhile, explaining)).rejects.toThrow(RaceLostError);
  await reconcileSlice(deps, explaining);
  const match = (await deps.reads.matches([paid.paymentId])).get(paid.paymentId);
  expect(match).toMatchObject({ status: 'suggested', unappliedCents: 300_000 });
  expect(match?.decision.guards).toEqual(['on_hold']);
});

it('a suggestion goes where the slice that brings its invoice brings the answer to a prompt that pays it, too', async () => {
  const payer = debtor(organisationId, 500_000);
  const waits = { ...payer.pays(500_000), flags: ['odd_time'] };
  const { customerId, invoiceId } = payer.invoice;
  const answer = { ...nobody(500_000), requestId: newId(), request: { customerId, invoiceId } };
  const payments = [waits, answer].map((one) => paymentReceived(organisationId, one));
  await reconcileSlice(deps, [...payer.events, ...payments].map(received));
  const stored = async (id: string) => (await deps.reads.matches([id])).get(id);
  expect(await stored(answer.paymentId)).toMatchObject({ status: 'auto', allocations: [{ invoiceId }] });
  const proposed = async () => (await stored(waits.paymentId))?.decision.proposal?.allocations;
  await eventually(async () => (await proposed()) ?? []).toEqual([]);
});
