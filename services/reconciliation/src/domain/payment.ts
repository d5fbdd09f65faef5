import type { PaymentFact } from '@malipo/matching';
import type { PayerNumber } from '@malipo/values';
import type { Mode } from './ledger.ts';

/** A payment as the payment service told it. */
export type Payment = {
  paymentId: string;
  mode: Mode;
  rail: 'mpesa' | 'airtel' | 'bank';
  channelId: string;
  channelKind: 'paybill' | 'till' | 'stk' | 'airtel' | 'bank';
  shortcode: string;
  receipt: string;
  amountCents: number;
  currency: string;
  reference: string | null;
  narrative: string | null;
  number: PayerNumber;
  payerNames: readonly string[];
  requestId: string | null;
  request: { customerId: string | null; invoiceId: string | null } | null;
  flags: readonly string[];
  paidAt: string;
  receivedAt: string;
};

/** The payment in the matching engine's words. */
export const toPaymentFact = (payment: Payment): PaymentFact => ({
  paymentId: payment.paymentId,
  channel: payment.channelKind,
  receipt: payment.receipt,
  paidAt: Date.parse(payment.paidAt),
  receivedAt: Date.parse(payment.receivedAt),
  amountCents: payment.amountCents,
  currency: payment.currency,
  reference: payment.reference,
  narrative: payment.narrative,
  number: payment.number,
  payerNames: payment.payerNames,
  requestId: payment.requestId,
  reversesReceipt: null,
  flags: payment.flags,
});
