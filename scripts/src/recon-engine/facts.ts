import type { Allocation, Channel, CustomerFact, InvoiceFact, PaymentFact } from '@malipo/matching';
import { readPayerNumber, toMsisdn } from '@malipo/values';
import type { RawAllocation, RawCustomer, RawInvoice, RawPayment } from './records.ts';

export function toCustomer(raw: RawCustomer): CustomerFact {
  const phone = raw.phone === null ? undefined : toMsisdn(raw.phone);
  return {
    customerId: raw.id,
    name: raw.name,
    isCompany: raw.is_company,
    phones: phone === undefined ? [] : [phone],
    accountNumbers: raw.account_no === null ? [] : [raw.account_no],
    contacts: raw.contact_name === null ? [] : [{ name: raw.contact_name }],
  };
}

export const toInvoice = (raw: RawInvoice, balanceCents: number): InvoiceFact => ({
  invoiceId: raw.id,
  customerId: raw.customer_id,
  number: raw.number,
  description: raw.description,
  issueDay: raw.issue_date,
  dueDay: raw.due_date,
  currency: raw.currency,
  totalCents: raw.amount_cents,
  balanceCents,
});

const CHANNELS: Record<RawPayment['channel'], Channel> = {
  mpesa_c2b: 'paybill',
  mpesa_till: 'till',
  mpesa_stk: 'stk',
  airtel: 'airtel',
  bank: 'bank',
};

export const toPayment = (raw: RawPayment): PaymentFact => ({
  paymentId: raw.id,
  channel: CHANNELS[raw.channel],
  receipt: raw.trans_id,
  paidAt: Date.parse(raw.trans_time),
  receivedAt: Date.parse(raw.received_at),
  amountCents: raw.amount_cents,
  currency: raw.currency,
  reference: raw.reference,
  narrative: raw.narrative,
  number: readPayerNumber(raw.msisdn),
  payerNames: [raw.payer_first, raw.payer_middle, raw.payer_last].filter(
    (name): name is string => name !== null && name !== '',
  ),
  requestId: raw.checkout_request_id,
  reversesReceipt: raw.type === 'reversal' ? (raw.reverses_trans_id ?? '') : null,
  flags: [],
});

export const toAllocations = (raw: readonly RawAllocation[]): Allocation[] =>
  raw.map((part) => ({ invoiceId: part.invoice, amountCents: part.amount_cents }));
