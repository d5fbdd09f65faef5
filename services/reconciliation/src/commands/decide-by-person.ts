import { type Cause, ConflictError } from '@malipo/service-kit';
import { isOpen, isSettledAs, type Match, type Settlement } from '../domain/match.ts';
import { toPaymentFact } from '../domain/payment.ts';
import { accepting, refusing } from '../domain/refusal.ts';
import { noteStep, saveStep } from '../domain/save-step.ts';
import { leaveOpen, settle } from '../domain/settle.ts';
import { owedNow, receivableOf } from '../domain/unit.ts';
import { aliasLearned, allocated, refused } from '../events/outgoing.ts';
import { causeId } from './decide-payment.ts';
import type { Work } from './work.ts';

/** Who says so, why, and what led to it. */
export type Say = { who: string; why: string; cause: Cause };

/** Has a person applied it exactly so already? */
export const isConfirmedAs = (match: Match, settlement: Settlement): boolean =>
  match.status === 'confirmed' && isSettledAs(match, settlement);

/** Applies a payment as a person says, within a unit; what is refused leaves the unit as it was. @throws as `settle` */
export function confirmIn(unit: Work, match: Match, settlement: Settlement, { who, why, cause }: Say): void {
  const act = { who, at: unit.at, why };
  const { customerId, allocations } = settlement;
  const outcome = settle(accepting(match, customerId), settlement, 'confirmed', act, (id) => receivableOf(unit, id));
  const settled = {
    paymentId: match.paymentId,
    by: 'person' as const,
    customerId,
    allocations,
    creditCents: outcome.match.creditCents,
  };
  const confirmed = saveStep(unit, match, outcome, {
    kind: 'payment_applied',
    cause: causeId(cause),
    facts: [{ type: 'payment-settled', payment: toPaymentFact(match.payment), settled }],
    announce: allocated(cause, () => owedNow(unit, customerId, match.payment.currency)),
  });
  noteStep(unit, confirmed, confirmed, { announce: aliasLearned(cause, customerId) });
}

/**
 * Leaves the money without a home and remembers the pair, within a unit.
 * @throws {ConflictError} payment_reversed, already_settled
 */
export function rejectIn(unit: Work, match: Match, { who, why, cause }: Say): void {
  if (match.reversed) throw new ConflictError('payment_reversed', 'the provider took this money back');
  if (!isOpen(match)) throw new ConflictError('already_settled', 'this payment is settled; undo it instead');
  const customerId = match.decision.proposal?.customerId ?? null;
  noteStep(unit, match, leaveOpen(refusing(match, customerId), 'rejected', { who, at: unit.at, why }), {
    facts: refusal(match, customerId, unit),
    announce: refused(cause, customerId, why),
  });
}

/** The fact that a person would not have this payment be this customer's. */
export const refusal = (match: Match, customerId: string | null, unit: Work) =>
  customerId
    ? [{ type: 'proposal-refused' as const, paymentId: match.paymentId, customerId, at: unit.at.getTime() }]
    : [];
