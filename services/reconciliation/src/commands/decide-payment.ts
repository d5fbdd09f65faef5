import { type Decision, decide, type Proposal } from '@malipo/matching';
import type { Cause } from '@malipo/service-kit';
import { type Act, remarked } from '../domain/act.ts';
import { invoiceSaved, liesThere, remembered } from '../domain/facts.ts';
import { ENGINE, heldLines, isSettledAs, type Match, proposalsOf, splitOf } from '../domain/match.ts';
import { toPaymentFact } from '../domain/payment.ts';
import { isLeftByPerson, isRefused } from '../domain/refusal.ts';
import { noteStep, saveStep } from '../domain/save-step.ts';
import { leaveOpen, settle, undo } from '../domain/settle.ts';
import { learn, owedNow, receivableOf } from '../domain/unit.ts';
import { allocated, leftOpen, undone } from '../events/outgoing.ts';
import { obstacle, restrained } from './restrain.ts';
import type { Decisions, Work } from './work.ts';

/**
 * Decides on a payment whose money has no home, and applies it or leaves it to a person. Where a new decision says what
 * the last one said, nothing happens.
 * @param match booked already, or fresh from `receive`
 * @param isBetter there is better evidence about the payment itself
 */
export function decidePayment(
  unit: Decisions,
  match: Match,
  cause: Cause,
  why: string,
  { isBetter = false } = {},
): Match {
  const isOurs = match.mode === unit.mode;
  const decision = isOurs ? restrained(unit, match, engineDecision(unit, match), { isBetter }) : testMoney(match);
  const reason = isOurs ? decision.reason : 'test_money';
  const next = { ...match, decision, reason };
  const act = { who: ENGINE, at: unit.at, why };
  if (decision.outcome === 'auto' && decision.proposal)
    return applyProposal(unit, match, next, decision.proposal, cause, act);
  return leaveUndecided(unit, match, next, cause, act);
}

/**
 * Better evidence about money that the engine applied, or an invoice of it is owed less: when the engine now says with
 * certainty that the money belongs elsewhere, it is taken back and applied there. Otherwise everything stays as it was.
 */
export function reconsider(unit: Decisions, match: Match, cause: Cause, why = 'better evidence says so'): Match {
  const crumbs = heldLines(match).filter((line) => line.roundingCents > 0);
  const taken = undo(match, { who: ENGINE, at: unit.at, why }, (id) => receivableOf(unit, id));
  learn(unit, { type: 'settlement-undone', paymentId: match.paymentId });
  if (crumbs.length > 0) for (const receivable of taken.receivables) learn(unit, invoiceSaved(receivable));
  const decision = restrained(unit, taken.match, engineDecision(unit, match), { restored: taken.receivables });
  if (decision.outcome === 'auto' && decision.proposal && !isSettledAs(match, decision.proposal)) {
    const step = { kind: 'allocation_undone' as const, cause: causeId(cause), announce: undone(cause) };
    const open = saveStep(unit, match, taken, step);
    return decidePayment(unit, open, cause, why);
  }
  learn(unit, liesThere(match));
  for (const line of crumbs) {
    const receivable = receivableOf(unit, line.invoiceId);
    if (receivable) learn(unit, invoiceSaved(receivable));
  }
  return keepFacts(unit, match);
}

/** New facts about a payment that change nothing else. */
export const keepFacts = (unit: Work, match: Match): Match => noteStep(unit, match, match);

/** What a ledger entry names as its cause: the event, or the request where no event caused it. */
export const causeId = (cause: Cause): string => cause.causationId ?? cause.correlationId;

function applyProposal(unit: Work, before: Match, next: Match, proposal: Proposal, cause: Cause, act: Act): Match {
  const { customerId, allocations } = proposal;
  const outcome = settle(next, { customerId, allocations }, 'auto', act, (id) => receivableOf(unit, id));
  return saveStep(unit, before, outcome, {
    kind: before.version === 0 ? 'payment_received' : 'payment_applied',
    cause: causeId(cause),
    facts: [{ type: 'payment-decided', payment: toPaymentFact(next.payment), decision: remembered(next.decision) }],
    announce: allocated(cause, () => owedNow(unit, customerId, next.payment.currency)),
  });
}

function leaveUndecided(unit: Work, before: Match, next: Match, cause: Cause, act: Act): Match {
  const { decision } = next;
  const status = decision.outcome === 'suggested' ? 'suggested' : 'unmatched';
  if (before.version > 0 && isSaidAlready(before, decision)) {
    if (isPossible(unit, before)) return before;
    if (isLeftByPerson(before)) return reconsidered(unit, before, next, cause, act);
  }
  const decided = {
    type: 'payment-decided' as const,
    payment: toPaymentFact(next.payment),
    decision: remembered(decision),
  };
  const isOurs = next.mode === unit.mode;
  // what an earlier decision made the engine suspect is forgotten first
  const again = before.version > 0 ? [{ type: 'settlement-undone' as const, paymentId: next.paymentId }] : [];
  const step = {
    facts: isOurs ? [...again, decided] : [],
    announce: tellOpen(unit, cause),
  };
  const left = leaveOpen(next, status, act);
  if (before.version > 0) return noteStep(unit, before, left, step);
  const outcome = { match: left, receivables: [] };
  return saveStep(unit, before, outcome, { kind: 'payment_received', cause: causeId(cause), ...step });
}

/** What the match says stays so: a person's "no" until there is something else to suggest, and what the engine says again. */
function isSaidAlready(before: Match, { outcome, reason, proposal }: Decision): boolean {
  if (outcome === 'unmatched' && (reason === 'refused' || isLeftByPerson(before))) return true;
  const isSame = before.status === outcome && before.reason === reason;
  if (!isSame && !isRefused(before)) return false;
  const old = before.decision.proposal;
  return old && proposal ? sameSplit(old, proposal) : old === proposal;
}

/** Could a person confirm all that the match proposes? */
const isPossible = (unit: Work, match: Match): boolean =>
  proposalsOf(match.decision).every((proposal) => !obstacle((id) => receivableOf(unit, id), match, proposal));

/** A person's word stands, beside what the engine can propose now. */
const reconsidered = (unit: Work, before: Match, { decision, reason }: Match, cause: Cause, act: Act): Match =>
  noteStep(unit, before, remarked({ ...before, decision, reason }, 'reconsidered', act), {
    announce: tellOpen(unit, cause),
  });

const tellOpen = (unit: Work, cause: Cause) =>
  leftOpen(cause, unit.at, (invoiceId) => receivableOf(unit, invoiceId)?.number ?? '');

const sameSplit = (a: Proposal, b: Proposal): boolean =>
  a.customerId === b.customerId && splitOf(a.allocations) === splitOf(b.allocations);

const engineDecision = ({ state }: Decisions, match: Match): Decision => decide(state, toPaymentFact(match.payment));

/** Test money in a live organisation: nobody can confirm it. @see docs/adr/0009-test-and-live-money.md */
export const testMoney = (match: Match): Decision => ({
  paymentId: match.paymentId,
  outcome: 'unmatched',
  reason: 'no_candidate',
  proposal: null,
  alternatives: [],
  guards: ['test_money'],
  refersTo: null,
  versions: { engine: 'none', model: 'none', rules: 'test-and-live' },
});
