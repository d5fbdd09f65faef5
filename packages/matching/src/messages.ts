import { receiptKey } from './index/payments.ts';
import type { State } from './state.ts';
import type { PaymentFact, Reason } from './types.ts';

/** A message that is no new money: the earlier message it refers to, and why. Money that was reversed before it arrived is none, either. */
export type Repeat = { reason: Extract<Reason, 'duplicate' | 'reversal'>; refersTo: string | null };

/** Receipts are ten capitals and digits, the first a letter. @see docs/providers.md */
const RECEIPT = /\b[A-Z][A-Z0-9]{9}\b/g;

/** Recognises reversals, repeated receipts, and bank lines that tell again of mobile money already seen: the same receipt, and as much. */
export function readMessage(state: State, payment: PaymentFact): Repeat | null {
  if (payment.reversesReceipt !== null) {
    return { reason: 'reversal', refersTo: state.receipts.get(receiptKey(payment, payment.reversesReceipt)) ?? null };
  }
  const known = state.receipts.get(receiptKey(payment));
  const isRepeat = known !== undefined && known !== payment.paymentId; // its own, when it is decided again
  const before = isRepeat ? known : told(state, payment).find((id) => isSameMoney(state, payment, id));
  if (before !== undefined) return { reason: 'duplicate', refersTo: before };
  const reversal = state.reversed.get(receiptKey(payment));
  return reversal === undefined ? null : { reason: 'reversal', refersTo: reversal };
}

/** The narrative quotes the receipt of other money: a balance after it, a charge on it, what was moved on. */
export const quotesOtherMoney = (state: State, payment: PaymentFact): boolean =>
  told(state, payment).some((id) => !isSameMoney(state, payment, id));

const isSameMoney = ({ payments }: State, { amountCents }: PaymentFact, id: string): boolean =>
  payments.get(id)?.amountCents === amountCents;

/** Mobile money already seen, whose receipts the narrative holds. */
const told = ({ receipts }: State, { paymentId, narrative }: PaymentFact): string[] =>
  (narrative?.toUpperCase().match(RECEIPT) ?? [])
    .flatMap((receipt) => ['mpesa', 'airtel'].flatMap((rail) => receipts.get(`${rail} ${receipt}`) ?? []))
    .filter((id) => id !== paymentId);
