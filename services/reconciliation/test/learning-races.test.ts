import { PRIOR } from '@malipo/matching';
import type { Caller } from '@malipo/service-kit';
import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirmMatch, undoMatch } from '../src/commands/change-match.ts';
import { judgeDecisions, NEW_LEARNER } from '../src/commands/judge-decisions.ts';
import { promoteModel } from '../src/commands/promote-model.ts';
import { reconcileSlice } from '../src/commands/reconcile-slice.ts';
import { refitModel } from '../src/commands/refit-model.ts';
import { watchDrift } from '../src/commands/watch-drift.ts';
import type { Deps } from '../src/commands/work.ts';
import { NOT_LEARNED } from '../src/domain/learning.ts';
import { learningJobs } from '../src/jobs/learn.ts';
import type { OrganisationDoc } from '../src/store/collections.ts';
import type { LearnerDoc } from '../src/store/learning.ts';
import { invoiceIssued, invoiceVoided, paymentReceived, received } from './builders.ts';
import { FLAGGED } from './learning-world.ts';
import { debtor, openUnfed, type Unfed } from './support.ts';

let unfed: Unfed;
let deps: Deps;
beforeAll(async () => {
  unfed = await openUnfed({ jobs: () => [] });
  deps = { ...unfed.deps, settings: { ...unfed.deps.settings, refitAfter: 20 } };
});
afterAll(() => unfed?.close());

const cause = { correlationId: newId(), causationId: null, traceparent: null };
const rowOf = async (organisationId: string): Promise<OrganisationDoc> => {
  const row = await deps.reads.organisation(organisationId);
  if (!row) throw new Error('the organisation is known');
  return row;
};
const storedLearner = (_id: string) => deps.collections.learners.findOne({ _id });

/** So many payments that fit a debtor each, in one slice; a person does something with each. */
async function decide(
  organisationId: string,
  count: number,
  over: { flags?: string[] },
  byPerson: (order: { caller: Caller; paymentId: string; cause: typeof cause }) => Promise<unknown>,
) {
  const payers = Array.from({ length: count }, () => debtor(organisationId, 500_000));
  const payments = payers.map((payer) => ({ ...payer.pays(500_000), ...over }));
  const told = payments.map((payment) => paymentReceived(organisationId, payment));
  await reconcileSlice(deps, [...payers.flatMap((payer) => payer.events), ...told].map(received));
  const caller: Caller = { organisationId, userId: newId(), roles: ['owner'], tokenExpiresAt: new Date() };
  for (const { paymentId } of payments) await byPerson({ caller, paymentId, cause });
}

async function judged(organisationId: string): Promise<LearnerDoc> {
  const before = (await storedLearner(organisationId)) ?? { _id: organisationId, ...NEW_LEARNER };
  const learner = await judgeDecisions(deps, before, (await rowOf(organisationId)).seq);
  if (!learner) throw new Error('nobody else judges');
  return learner;
}

const goLive = (organisationId: string) =>
  reconcileSlice(deps, [received(paymentReceived(organisationId, { amountCents: 4_200, mode: 'live' }))]);

/** As while somebody else does something, once the log is being read. */
function meanwhile(work: () => Promise<unknown>): Deps {
  let isDone = false;
  const factsAfter: Deps['reads']['factsAfter'] = async (...asked) => {
    const log = await deps.reads.factsAfter(...asked);
    if (!isDone) {
      isDone = true;
      await work();
    }
    return log;
  };
  return { ...deps, reads: { ...deps.reads, factsAfter } };
}

describe('who goes live learns nothing from test money', () => {
  const confirmed = async () => {
    const organisationId = newId();
    await decide(organisationId, 22, FLAGGED, (order) => confirmMatch(deps, order, {}, 'theirs'));
    return { organisationId, learner: await judged(organisationId) };
  };

  it('where a refit is under way', async () => {
    const { organisationId, learner } = await confirmed();
    const interrupted = meanwhile(() => goLive(organisationId));
    await refitModel(interrupted, await rowOf(organisationId), learner);
    expect(await rowOf(organisationId)).toMatchObject({ mode: 'live' });
    expect((await rowOf(organisationId)).learning?.challenger ?? null).toBeNull();
  }, 90_000);

  it('where a person would put in force what was fitted before, and finds the shipped one always', async () => {
    const { organisationId, learner } = await confirmed();
    const version = await refitModel(deps, await rowOf(organisationId), learner);
    if (!version) throw new Error('it was time');
    await goLive(organisationId);
    const caller: Caller = { organisationId, userId: newId(), roles: ['owner'], tokenExpiresAt: new Date() };
    await expect(promoteModel(deps, caller, version, 'it looked good')).rejects.toMatchObject({
      kind: 'conflict',
      code: 'model_of_test_money',
    });
    expect((await rowOf(organisationId)).learning?.champion ?? null).toBeNull();
    expect(await promoteModel(deps, caller, PRIOR.version, 'the shipped one')).toMatchObject({ champion: null });
  }, 90_000);

  it('where nobody has read that it is gone', async () => {
    const { organisationId } = await confirmed();
    await goLive(organisationId);
    const refit = learningJobs(deps).find((job) => job.name === 'refit-models');
    await refit?.run();
    expect(await deps.collections.models.countDocuments({ organisationId })).toBe(0);
    expect((await rowOf(organisationId)).learning?.challenger ?? null).toBeNull();
  }, 90_000);
});

it('an automatic decision whose invoice was replaced counts as right, also where all of it is read at once', async () => {
  const organisationId = newId();
  const payer = debtor(organisationId, 500_000);
  const payment = payer.pays(500_000);
  const newer = { ...payer.invoice, invoiceId: newId(), number: 'NEWER-99' };
  const caller: Caller = { organisationId, userId: newId(), roles: ['owner'], tokenExpiresAt: new Date() };
  const order = { caller, paymentId: payment.paymentId, cause };
  await reconcileSlice(deps, [...payer.events, paymentReceived(organisationId, payment)].map(received));
  await undoMatch(deps, order, 'to void it');
  const replaced = [invoiceVoided(organisationId, payer.invoice, 2), invoiceIssued(organisationId, newer)];
  await reconcileSlice(deps, replaced.map(received));
  const allocations = [{ invoiceId: newer.invoiceId, amountCents: 500_000 }];
  await confirmMatch(deps, order, { customerId: payer.customerId, allocations }, 'the new one');
  await judged(organisationId);
  expect(await deps.collections.judgements.findOne({ _id: payment.paymentId })).toMatchObject({ verdict: 'confirmed' });
});

it('what people taught an earlier engine is fitted for this one without waiting for more, once', async () => {
  const organisationId = newId();
  await decide(organisationId, 22, FLAGGED, (order) => confirmMatch(deps, order, {}, 'theirs'));
  const first = await refitModel(deps, await rowOf(organisationId), await judged(organisationId));
  const again = async () => refitModel(deps, await rowOf(organisationId), await judged(organisationId));
  expect([first, await again()]).toEqual(['org-1', null]);
  const earlier = { $set: { 'model.engine': 'matching-1' } };
  await deps.collections.models.updateOne({ organisationId, version: 'org-1' }, earlier);
  const refit = learningJobs(deps).find((job) => job.name === 'refit-models');
  await refit?.run();
  expect((await rowOf(organisationId)).learning).toMatchObject({ champion: null, challenger: 'org-2' });
  await refit?.run();
  expect(await deps.collections.models.countDocuments({ organisationId })).toBe(2);
}, 90_000);

it('who goes live goes on where a process died between the steps of it, and its live money is decided on', async () => {
  const organisationId = newId();
  const payer = debtor(organisationId, 500_000);
  const told = (more: object) => received(paymentReceived(organisationId, { ...payer.pays(500_000), ...more }));
  await reconcileSlice(deps, [...payer.events.map(received), told({ mode: 'test' })]);
  let steps = 0;
  const commit: Deps['relay']['commit'] = (work) => {
    if (++steps > 2) throw new Error('killed'); // off its invoices, the invoices themselves, and not the mode
    return deps.relay.commit(work);
  };
  const [first, second] = [told({ mode: 'live' }), told({ mode: 'live' })];
  const doomed = { ...deps, relay: { ...deps.relay, commit } };
  await expect(reconcileSlice(doomed, [first])).rejects.toThrow('killed');
  expect(await rowOf(organisationId)).toMatchObject({ mode: 'test' });
  await reconcileSlice(deps, [first]);
  await reconcileSlice(deps, [second]);
  expect(await rowOf(organisationId)).toMatchObject({ mode: 'live' });
  const matches = await deps.reads.matches([first, second].map(({ subject }) => subject.id));
  expect([...matches.values()].map(({ mode, status }) => [mode, status])).toEqual([
    ['live', 'auto'],
    ['live', expect.any(String)],
  ]);
});

describe('what another look found', () => {
  it('is not overwritten by who judges at the same time', async () => {
    const organisationId = newId();
    await decide(organisationId, 2, {}, (order) => undoMatch(deps, order, 'not theirs'));
    const learner = await judged(organisationId);
    await decide(organisationId, 1, {}, async () => undefined);
    const look = meanwhile(() => watchDrift(deps, learner, NOT_LEARNED));
    expect(await judgeDecisions(look, learner, (await rowOf(organisationId)).seq)).toBeNull();
    expect((await storedLearner(organisationId))?.drift).toMatchObject({ caution: 1, alarm: { kind: 'overturned' } });
    expect((await judged(organisationId)).drift).toMatchObject({ caution: 1, quiet: 1 });
    expect((await rowOf(organisationId)).learning?.caution).toBe(1);
  });

  it('nor is a refit asked for again by them', async () => {
    const organisationId = newId();
    await decide(organisationId, 2, FLAGGED, (order) => confirmMatch(deps, order, {}, 'theirs'));
    const learner = await judged(organisationId);
    await decide(organisationId, 1, FLAGGED, (order) => confirmMatch(deps, order, {}, 'theirs'));
    const fitted = { $inc: { decisionsSinceFit: -learner.decisionsSinceFit } };
    const refit = meanwhile(() => deps.collections.learners.updateOne({ _id: organisationId }, fitted));
    await judgeDecisions(refit, learner, (await rowOf(organisationId)).seq);
    expect((await storedLearner(organisationId))?.decisionsSinceFit).toBe(1);
  });
});
