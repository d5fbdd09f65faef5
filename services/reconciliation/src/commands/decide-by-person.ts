import { type Cause, ConflictError } from '@malipo/service-kit';
import { withoutCrumb } from '../domain/crumb.ts';
import { placedThere, waitsAgain } from '../domain/facts.ts';
import { isOpen, isSettledAs, type Match, paysForOthers, type Settlement } from '../domain/match.ts';
import { accepting, refusing } from '../domain/refusal.ts';
import { noteStep, saveStep } from '../domain/save-step.ts';
import { leaveOpen, settle, undo } from '../domain/settle.ts';
import { owedNow, receivableOf } from '../domain/unit.ts';
import { aliasLearned, allocated, refused, undone } from '../events/outgoing.ts';
import { closeCrumb } from './close-crumb.ts';
import { causeId } from './decide-payment.ts';
import { stillPossible } from './restrain.ts';
import type { Work } from './work.ts';

/** Who says so, why, and what led to it. */
export type Say = { who: string; why: string; cause: Cause };

/** Has a person applied it exactly so already? */
export const isConfirmedAs = (match: Match, settlement: Settlement): boolean =>
  match.status === 'confirmed' && isSettledAs(match, settlement);

/**
 * Applies a payment as a person says, within a unit; what is refused leaves the unit as it was. Money that pays for several
 * customers tells nothing about whose this payer's money is another time.
 * @throws as `settle`
 */
export function confirmIn(unit: Work, match: Match, settlement: Settlement, { who, why, cause }: Say): void {
  const act = { who, at: unit.at, why };
  const { customerId } = settlement;
  const outcome = settle(accepting(match, customerId), settlement, 'confirmed', act, (id) => receivableOf(unit, id));
  const confirmed = saveStep(unit, match, outcome, {
    kind: 'payment_applied',
    cause: causeId(cause),
    facts: [placedThere(outcome.match)],
    announce: allocated(cause, () => owedNow(unit, customerId, match.payment.currency)),
  });
  if (!paysForOthers(confirmed)) noteStep(unit, confirmed, confirmed, { announce: aliasLearned(cause, customerId) });
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

/**
 * Takes back what was applied, within a unit. What it proposes stays, as far as that could be applied again; what is left
 * of an invoice that other payments pay is written off, where it is a crumb, as if this one had never lain there.
 * @param paying the payments that its invoices keep
 * @throws {ConflictError} nothing_to_undo
 */
export function undoIn(unit: Work, match: Match, { who, why, cause }: Say, paying: ReadonlyMap<string, Match>): void {
  const act = { who, at: unit.at, why };
  const { match: open, receivables } = undo(refusing(match, match.customerId), act, (id) => receivableOf(unit, id));
  const freed = new Map(receivables.map((receivable) => [receivable.invoiceId, withoutCrumb(receivable)]));
  const decision = stillPossible(open, (id) => freed.get(id) ?? receivableOf(unit, id));
  const outcome = { match: { ...open, decision }, receivables };
  saveStep(unit, match, outcome, {
    kind: 'allocation_undone',
    cause: causeId(cause),
    facts: [...waitsAgain(match), ...refusal(match, match.customerId, unit)],
    announce: undone(cause),
  });
  for (const { invoiceId } of receivables) closeCrumb(unit, invoiceId, { matches: new Map(paying) }, cause);
}

/** The fact that a person would not have this payment be this customer's. */
const refusal = (match: Match, customerId: string | null, unit: Work) =>
  customerId
    ? [{ type: 'proposal-refused' as const, paymentId: match.paymentId, customerId, at: unit.at.getTime() }]
    : [];
