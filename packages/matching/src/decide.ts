import { allocationsOf, proposedSplit } from './evidence/evidence.ts';
import { type Reading, read } from './evidence/reading.ts';
import { because, contributions } from './explain/explain.ts';
import { readMessage } from './messages.ts';
import type { Standing } from './score/confidence.ts';
import { type GuardName, guardsOf } from './score/guards.ts';
import { confidenceOf, look, type Ranked, type Ranking, rank, type Seen, standingOf } from './score/rank.ts';
import { type State, versionsOf } from './state.ts';
import type { Decision, Outcome, PaymentFact, Proposal, Reason, Shadow } from './types.ts';

/** Up to this many others are shown beside the best proposal. */
const MAX_ALTERNATIVES = 3;
/** Below this chance an alternative is noise. */
const MIN_ALTERNATIVE = 0.005;
/** Sure enough for the model, but not while drift is flagged. */
const DRIFT: GuardName = 'drift';
/** Below this confidence nothing is proposed. */
const MIN_PROPOSAL = 0.02;

/** Decides on one payment; reads the state, changes nothing, and takes no time but the payment's own. */
export function decide(state: State, payment: PaymentFact): Decision {
  const repeat = readMessage(state, payment);
  if (repeat) return { ...empty(state, payment, repeat.reason), refersTo: repeat.refersTo };
  const reading = read(state, payment);
  const seen = look(state, reading);
  const decision = explained(state, reading, rank(seen, state.model));
  const { challenger } = state;
  return challenger ? { ...decision, shadow: shadowOf({ ...state, model: challenger }, reading, seen) } : decision;
}

function explained(state: State, reading: Reading, ranking: Ranking): Decision {
  const { payment } = reading;
  const judged = judge(state, reading, ranking);
  if (!judged)
    return { ...empty(state, payment, 'no_candidate'), alternatives: alternatives(state, reading, ranking, 0) };
  const { best, confidence, outcome, reason, guards } = judged;
  return {
    paymentId: payment.paymentId,
    outcome,
    reason,
    proposal: toProposal(state, best, confidence),
    alternatives: outcome === 'auto' ? [] : alternatives(state, reading, ranking, 1),
    guards,
    refersTo: null,
    versions: versionsOf(state),
  };
}

/** The same evidence by another model; nobody reads its reasons, so none are written. */
function shadowOf(state: State, reading: Reading, seen: Seen): Shadow {
  const judged = judge(state, reading, rank(seen, state.model));
  const model = state.model.version;
  if (!judged) return { model, outcome: 'unmatched', confidence: 0, customerId: null, allocations: [] };
  const { best, confidence, outcome } = judged;
  const { customerId } = best.evidence.candidate.customer;
  return { model, outcome, confidence, customerId, allocations: allocationsOf(best.evidence) };
}

type Judged = { best: Ranked; confidence: number; outcome: Outcome; reason: Reason; guards: GuardName[] };

/** Null where nothing is worth proposing. */
function judge(state: State, reading: Reading, ranking: Ranking): Judged | null {
  const standing = standingOf(state, reading, ranking, 0);
  const best = ranking.ranked[0];
  if (!standing || !best) return null;
  const confidence = confidenceOf(state, standing);
  if (confidence < MIN_PROPOSAL) return null;
  const guards = guardsOf(state, reading, standing);
  const sure = confidence >= Math.max(state.model.threshold, state.rules.minConfidence);
  const isHeld = !sure && confidence >= state.model.threshold;
  return {
    best,
    confidence,
    outcome: sure && guards.length === 0 ? 'auto' : 'suggested',
    reason: reasonOf(standing, sure, guards[0]?.reason),
    guards: [...guards.map((guard) => guard.name), ...(isHeld ? [DRIFT] : [])],
  };
}

function reasonOf(standing: Standing, sure: boolean, guard: Reason | undefined): Reason {
  // what would not be applied anyhow does not wait for the switch
  if (!sure && guard === 'automatic_off') return 'weak_evidence';
  if (guard) return guard;
  if (!sure) return 'weak_evidence';
  return standing.evidence.split.picks.length === 0 ? 'credit' : 'none';
}

/** The next best from a rank on; beside an unmatched payment, whoever comes closest. */
function alternatives(state: State, reading: Reading, ranking: Ranking, from: number): Proposal[] {
  const others: Proposal[] = [];
  for (let at = from; at < ranking.ranked.length && others.length < MAX_ALTERNATIVES; at++) {
    const one = ranking.ranked[at];
    const standing = standingOf(state, reading, ranking, at);
    if (!one || !standing || one.chance < MIN_ALTERNATIVE) break;
    others.push(toProposal(state, one, confidenceOf(state, standing)));
  }
  return others;
}

function toProposal(state: State, ranked: Ranked, confidence: number): Proposal {
  const { evidence, row, score } = ranked;
  const { creditCents, rule } = proposedSplit(evidence);
  const shares = contributions(state.model, row);
  return {
    customerId: evidence.candidate.customer.customerId,
    allocations: allocationsOf(evidence),
    creditCents,
    rule,
    confidence,
    score,
    contributions: shares,
    because: because(evidence, shares),
  };
}

const empty = (state: State, payment: PaymentFact, reason: Reason): Decision => ({
  paymentId: payment.paymentId,
  outcome: 'unmatched',
  reason,
  proposal: null,
  alternatives: [],
  guards: [],
  refersTo: null,
  versions: versionsOf(state),
});
