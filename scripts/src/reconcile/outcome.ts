import type { Decision } from '@malipo/matching';
import type { PaymentRow } from './read/payments.ts';

/** Why a reversal left its payment as it was: it takes back a part only, other money, or what is taken back already. */
export type LeftAlone = 'part' | 'currency' | 'again';

/** What became of a payment or a reversal. */
export type Outcome = {
  row: PaymentRow;
  decision: Decision;
  /** The earlier message that this one repeats or reverses, where it is in the file. */
  refersTo: PaymentRow | null;
  /** The reversal that took this payment back. */
  takenBackBy: PaymentRow | null;
  /** Why this reversal did not take its payment back, where it did not. */
  leftAlone: LeftAlone | null;
};

/** What was decided, before any reversal has touched it. */
export const outcomeOf = (row: PaymentRow, decision: Decision, refersTo: PaymentRow | null): Outcome => ({
  row,
  decision,
  refersTo,
  takenBackBy: null,
  leftAlone: null,
});
