import {
  CustomerSaved,
  InvoiceChanged,
  InvoiceIssued,
  InvoiceVoided,
  PaymentEvidenceAdded,
  PaymentReceived,
  PaymentReversed,
} from '@malipo/events';
import type { DataOf, OutgoingEvent, Received } from '@malipo/service-kit';
import { newId } from '@malipo/values';

const AT = new Date('2026-03-02T08:00:00Z');

export const customerSaved = (
  organisationId: string,
  customer: Partial<DataOf<typeof CustomerSaved>> & { customerId: string; name: string },
  version = 1,
): OutgoingEvent =>
  CustomerSaved.create(
    { isCompany: false, phone: null, email: null, accountNumbers: [], contacts: [], locale: null, ...customer },
    { organisationId, subject: { id: customer.customerId, version }, at: AT },
  );

type InvoiceInput = Partial<DataOf<typeof InvoiceIssued>> & {
  invoiceId: string;
  customerId: string;
  number: string;
  totalCents: number;
};

const invoiceFacts = (invoice: InvoiceInput): DataOf<typeof InvoiceIssued> => ({
  description: 'Fees',
  currency: 'KES',
  issuedOn: '2026-02-01',
  dueDate: '2026-03-01',
  balanceCents: invoice.totalCents,
  ...invoice,
});

export const invoiceIssued = (organisationId: string, invoice: InvoiceInput, version = 1): OutgoingEvent =>
  InvoiceIssued.create(invoiceFacts(invoice), {
    organisationId,
    subject: { id: invoice.invoiceId, version },
    at: AT,
  });

export const invoiceChanged = (organisationId: string, invoice: InvoiceInput, version: number): OutgoingEvent =>
  InvoiceChanged.create(invoiceFacts(invoice), {
    organisationId,
    subject: { id: invoice.invoiceId, version },
    at: AT,
  });

export const invoiceVoided = (organisationId: string, invoice: InvoiceInput, version: number): OutgoingEvent => {
  const { invoiceId, customerId, number, currency, totalCents } = invoiceFacts(invoice);
  return InvoiceVoided.create(
    { invoiceId, customerId, number, currency, totalCents },
    { organisationId, subject: { id: invoiceId, version }, at: AT },
  );
};

export type PaymentInput = Partial<DataOf<typeof PaymentReceived>> & { amountCents: number };

export function paymentFacts(payment: PaymentInput): DataOf<typeof PaymentReceived> {
  const paymentId = payment.paymentId ?? newId();
  return {
    paymentId,
    mode: 'test',
    rail: 'mpesa',
    channelId: newId(),
    channelKind: 'paybill',
    shortcode: '600100',
    receipt: paymentId.replaceAll('-', '').slice(-10).toUpperCase(),
    currency: 'KES',
    reference: null,
    narrative: null,
    number: { form: 'none', value: '' },
    payerNames: [],
    requestId: null,
    request: null,
    flags: [],
    paidAt: AT.toISOString(),
    receivedAt: AT.toISOString(),
    ...payment,
  };
}

export const paymentReceived = (organisationId: string, payment: PaymentInput, version = 1): OutgoingEvent => {
  const data = paymentFacts(payment);
  return PaymentReceived.create(data, { organisationId, subject: { id: data.paymentId, version }, at: AT });
};

export const evidenceAdded = (
  organisationId: string,
  payment: PaymentInput & { paymentId: string },
  version: number,
): OutgoingEvent =>
  PaymentEvidenceAdded.create(
    { ...paymentFacts(payment), evidence: 'c2b' },
    { organisationId, subject: { id: payment.paymentId, version }, at: AT },
  );

export const paymentReversed = (
  organisationId: string,
  payment: PaymentInput & { paymentId: string },
  version: number,
): OutgoingEvent => {
  const { paymentId, mode, rail, shortcode, currency, amountCents } = paymentFacts(payment);
  return PaymentReversed.create(
    {
      paymentId,
      mode,
      rail,
      shortcode,
      currency,
      amountCents,
      reversalReceipt: 'REVERSAL01',
      reversedAt: AT.toISOString(),
    },
    { organisationId, subject: { id: paymentId, version }, at: AT },
  );
};

/** An event as the consumer hands it over, for tests that need no Kafka in between. */
export function received(event: OutgoingEvent): Received {
  const envelope = JSON.parse(event.value) as Omit<Received, 'topic' | 'partition' | 'offset' | 'cause'>;
  const cause = { correlationId: envelope.correlationId, causationId: envelope.id, traceparent: null };
  return { ...envelope, topic: event.topic, partition: 0, offset: '0', cause };
}
