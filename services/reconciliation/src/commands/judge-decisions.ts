import type { Allocation, Fact } from '@malipo/matching';
import { findByIds, isDuplicateKey, RaceLostError } from '@malipo/service-kit';
import { afterJudgement, CALM } from '../domain/drift.ts';
import { invoicesIn, type Judgement, judge, refusedIn } from '../domain/judgement.ts';
import type { FactsDoc } from '../store/collections.ts';
import { readInvoices } from '../store/issued-since.ts';
import { saveJudgements } from '../store/judgements.ts';
import { type LearnerDoc, toJudgement } from '../store/learning.ts';
import type { Deps } from './work.ts';

/** Commits of the log that are worked off in one transaction; each holds up to a slice of payments. */
const AT_ONCE = 25;

export const NEW_LEARNER: Omit<LearnerDoc, '_id'> = {
  seq: 0,
  drift: CALM,
  statistics: { overconfidence: 0, shift: 0 },
  unlooked: 0,
  decisionsSinceFit: 0,
  fittingUntil: null,
};

/**
 * Reads an organisation's log on from where it was left and keeps, for each payment, what the engine said and what came
 * of it. Runs behind the decisions, never in their way; what one replica did, another does not do again.
 * @param until the organisation's `seq`
 * @returns the learner as it now stands; null where another replica is at it
 */
export async function judgeDecisions(deps: Deps, learner: LearnerDoc, until: number): Promise<LearnerDoc | null> {
  let current = learner;
  while (current.seq < until) {
    const log = await deps.reads.factsAfter(new Map([[current._id, current.seq]]), AT_ONCE);
    if (log.length === 0) return current;
    try {
      current = await judgeBatch(deps, current, log);
    } catch (error) {
      if (error instanceof RaceLostError || isDuplicateKey(error)) return null;
      throw error;
    }
  }
  return current;
}

async function judgeBatch(deps: Deps, learner: LearnerDoc, log: readonly FactsDoc[]): Promise<LearnerDoc> {
  const ids = new Set(log.flatMap((doc) => doc.facts.flatMap((fact) => paymentOf(fact) ?? [])));
  const stored = await findByIds(deps.collections.judgements, ids);
  const rows = new Map(stored.map((doc) => [doc._id, toJudgement(doc)]));
  const invoices = await readInvoices(deps.collections, askedInvoices(log, rows));
  const changed = new Set<string>();
  let next: LearnerDoc = { ...learner };
  for (const doc of log) {
    const seq = seqOf(doc);
    const at = doc.at ?? deps.now();
    const commit = { organisationId: learner._id, seq, at, refused: refusedIn(doc.facts), invoices };
    for (const fact of doc.facts) {
      const id = paymentOf(fact);
      if (!id) continue;
      const before = rows.get(id);
      const after = judge(before, fact, commit);
      if (!after || after === before) continue;
      rows.set(id, after);
      changed.add(id);
      next = watch(next, before, after);
    }
    next.seq = seq;
  }
  const judgements = [...changed].flatMap((id) => rows.get(id) ?? []);
  await saveJudgements(deps, learner, next, judgements, new Set(stored.map((doc) => doc._id)));
  return next;
}

/** Invoices that people put money on which had been applied to others, and those. */
function askedInvoices(log: readonly FactsDoc[], rows: ReadonlyMap<string, Judgement>): Set<string> {
  const facts = log.flatMap((doc) => doc.facts);
  const applied = appliedInvoices(facts, rows);
  const asked = facts.flatMap((fact) => {
    if (fact.type !== 'payment-settled' || fact.settled.by !== 'person') return [];
    const before = applied.get(fact.payment.paymentId);
    return before ? [...before, ...idsOf(fact.settled.allocations)] : [];
  });
  return new Set(asked);
}

/** What automatic decisions paid, by payment: those judged before, and those that are judged now. */
function appliedInvoices(facts: readonly Fact[], rows: ReadonlyMap<string, Judgement>): Map<string, readonly string[]> {
  const applied = new Map<string, readonly string[]>();
  for (const { paymentId, outcome, proposal } of rows.values())
    if (outcome === 'auto' && proposal) applied.set(paymentId, invoicesIn(proposal));
  for (const fact of facts) {
    if (fact.type !== 'payment-decided' || fact.decision.outcome !== 'auto') continue;
    const { paymentId } = fact.payment;
    applied.set(paymentId, [...(applied.get(paymentId) ?? []), ...idsOf(fact.decision.proposal?.allocations ?? [])]);
  }
  return applied;
}

const idsOf = (allocations: readonly Allocation[]): string[] => allocations.map(({ invoiceId }) => invoiceId);

const seqOf = (doc: FactsDoc): number => Number(doc._id.slice(doc._id.lastIndexOf(':') + 1));

function paymentOf(fact: Fact): string | null {
  if (fact.type === 'payment-decided' || fact.type === 'payment-settled') return fact.payment.paymentId;
  return fact.type === 'proposal-refused' || fact.type === 'payment-dismissed' ? fact.paymentId : null;
}

/** What a changed judgement says about drift and about how much there is to learn from. */
function watch(learner: LearnerDoc, before: Judgement | undefined, after: Judgement): LearnerDoc {
  const isJudged = after.verdict !== null && after.verdict !== before?.verdict;
  const isNew = !before;
  return {
    ...learner,
    drift: afterJudgement(learner.drift, before, after),
    unlooked: learner.unlooked + (isNew ? 1 : 0) + (isJudged ? VERDICT_WEIGHT : 0),
    decisionsSinceFit: learner.decisionsSinceFit + (isJudged ? 1 : 0),
  };
}

/** A person's word says more than another payment: the windows are looked at sooner. */
const VERDICT_WEIGHT = 5;
