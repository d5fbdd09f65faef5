import { RaceLostError } from '@malipo/service-kit';
import { newId } from '@malipo/values';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { confirmMatch } from '../src/commands/change-match.ts';
import { reconcileSlice } from '../src/commands/reconcile-slice.ts';
import type { Deps } from '../src/commands/work.ts';
import { paymentReceived, paymentReversed, received } from './builders.ts';
import { debtor, nobody, openUnfed, type Unfed } from './support.ts';

let unfed: Unfed;
let deps: Deps;

beforeEach(async () => {
  unfed = await openUnfed({ jobs: () => [] });
  ({ deps } = unfed);
});
afterEach(() => unfed.close());

/** Somebody else commits after everything was decided, just before our own first transaction. */
function outrunBy(other: () => Promise<unknown>): Deps {
  let isFirst = true;
  const commit: Deps['relay']['commit'] = async (work) => {
    if (isFirst) await other();
    isFirst = false;
    return deps.relay.commit(work);
  };
  return { ...deps, relay: { ...deps.relay, commit } };
}

const statusOf = async (paymentId: string) => (await deps.reads.matches([paymentId])).get(paymentId)?.status;

/** How many organisations were read into memory from the start of their logs. */
async function loads(): Promise<number> {
  const { body } = await unfed.running.app.inject({ url: '/metrics' });
  return Number(/malipo_state_loads_total\{how="loaded"[^}]*\} (\d+)/.exec(body)?.[1] ?? 0);
}

it('a race that is lost in one organisation costs the others of the slice neither their decisions nor their memory', async () => {
  const [raced, calm] = [newId(), newId()];
  const [clicked, payer, other] = [nobody(90_000), debtor(raced, 500_000), debtor(calm, 700_000)];
  const [late, paid, again, takenBack] = [payer.pays(500_000), other.pays(700_000), other.pays(700_000), nobody(5_000)];
  const known = [...payer.events, paymentReceived(raced, clicked), ...other.events];
  await reconcileSlice(deps, [...known, paymentReversed(calm, takenBack, 2)].map(received));
  const events = [paymentReceived(raced, late), paymentReceived(calm, paid), paymentReceived(calm, takenBack)];
  const before = await loads();

  const caller = { organisationId: raced, userId: newId(), roles: ['owner' as const], tokenExpiresAt: new Date() };
  const cause = { correlationId: newId(), causationId: null, traceparent: null };
  const order = { caller, paymentId: clicked.paymentId, cause };
  const click = () => confirmMatch(deps, order, { customerId: payer.customerId }, 'she called');
  await expect(reconcileSlice(outrunBy(click), events.map(received))).rejects.toThrow(RaceLostError);
  expect([await statusOf(late.paymentId), await statusOf(paid.paymentId)]).toEqual([undefined, 'auto']);
  expect(await deps.collections.reversals.countDocuments()).toBe(0);

  await reconcileSlice(deps, [...events, paymentReceived(calm, again)].map(received));
  expect([await statusOf(late.paymentId), await statusOf(clicked.paymentId)]).toEqual(['auto', 'confirmed']);
  const matches = await deps.reads.matches([paid, again, takenBack].map((one) => one.paymentId));
  expect(matches.get(paid.paymentId)).toMatchObject({ status: 'auto', version: 1, creditCents: 0 });
  expect(matches.get(again.paymentId)?.allocations).toEqual([]); // nothing is owed any more, as memory knows
  expect(matches.get(takenBack.paymentId)).toMatchObject({ reversed: true });
  expect((await loads()) - before).toBe(1);
});
