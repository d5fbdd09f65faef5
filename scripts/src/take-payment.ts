import { apply, type Decision, decide, type PaymentFact, type State } from '@malipo/matching';

/** Decides on a payment and folds the decision into the state, as every player of payments in order does. */
export function takePayment(state: State, payment: PaymentFact): Decision {
  const decision = decide(state, payment);
  apply(state, { type: 'payment-decided', payment, decision });
  return decision;
}
