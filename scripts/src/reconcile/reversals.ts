import { apply, decide, type State } from '@malipo/matching';
import { type LeftAlone, type Outcome, outcomeOf } from './outcome.ts';
import type { PaymentRow } from './read/payments.ts';

/**
 * Plays reversals. One that comes again, in a statement that overlaps, is a duplicate; the engine takes a payment back as
 * a whole or not at all, so that one of a part moves nothing and goes to a person.
 */
export function createReversals(state: State) {
  const first = new Map<string, string>();
  return (row: PaymentRow, outcomes: ReadonlyMap<string, Outcome>): Outcome => {
    const { fact } = row;
    const key = `${fact.channel} ${fact.receipt} ${fact.reversesReceipt}`;
    const before = outcomes.get(first.get(key) ?? '')?.row;
    const decision = decide(state, fact);
    if (before) return outcomeOf(row, { ...decision, reason: 'duplicate', refersTo: before.fact.paymentId }, before);
    first.set(key, fact.paymentId);
    const target = outcomes.get(decision.refersTo ?? '');
    const leftAlone = target ? whyLeftAlone(row, target) : null;
    if (leftAlone === null) apply(state, { type: 'payment-decided', payment: fact, decision });
    if (target && leftAlone === null) target.takenBackBy = row;
    return { ...outcomeOf(row, decision, target?.row ?? null), leftAlone };
  };
}

function whyLeftAlone({ fact }: PaymentRow, { row, takenBackBy }: Outcome): LeftAlone | null {
  if (takenBackBy) return 'again';
  if (fact.currency !== row.fact.currency) return 'currency';
  return fact.amountCents < row.fact.amountCents ? 'part' : null;
}
