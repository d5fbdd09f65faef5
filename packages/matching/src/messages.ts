import { receiptKey } from './index/payments.ts';
import type { State } from './state.ts';
import type { PaymentFact, Reason } from './types.ts';

/** A message that is no new money: the earlier payment it refers to, and why. */
export type Repeat = { reason: Extract<Reason, 'duplicate' | 'reversal'>; refersTo: string | null };

/** Receipts are ten capitals and digits, the first a letter. @see docs/providers.md */
const RECEIPT = /\b[A-Z][A-Z0-9]{9}\b/g;

/** Recognises reversals, repeated receipts, and bank lines that tell again of mobile money already seen. */
export function readMessage(state: State, payment: PaymentFact): Repeat | null {
  if (payment.reversesReceipt !== null) {
    return { reason: 'reversal', refersTo: state.receipts.get(receiptKey(payment, payment.reversesReceipt)) ?? null };
  }
  const before = [state.receipts.get(receiptKey(payment)), ...told(state, payment.narrative)].find(
    // its own, when it is decided again
    (found) => found !== undefined && found !== payment.paymentId,
  );
  return before === undefined ? null : { reason: 'duplicate', refersTo: before };
}

const told = (state: State, narrative: string | null): (string | undefined)[] =>
  (narrative?.toUpperCase().match(RECEIPT) ?? []).flatMap((receipt) => [
    state.receipts.get(`mpesa ${receipt}`),
    state.receipts.get(`airtel ${receipt}`),
  ]);
