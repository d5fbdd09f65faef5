import { PaymentEvidenceAdded, PaymentReceived, PaymentRequestPrompted, PaymentRequestSettled } from '@malipo/events';
import type { OutgoingEvent } from '@malipo/service-kit';
import type { Payment } from '../domain/payment.ts';
import { isOpen, type PaymentRequest } from '../domain/payment-request.ts';
import type { Telling, Trace } from '../domain/telling.ts';

const factsOf = (payment: Payment) => ({
  paymentId: payment.id,
  mode: payment.mode,
  rail: payment.rail,
  channelId: payment.channelId,
  channelKind: payment.channelKind,
  shortcode: payment.shortcode,
  receipt: payment.receipt,
  amountCents: payment.amountCents,
  currency: payment.currency,
  reference: payment.reference,
  narrative: payment.narrative,
  number: payment.number,
  payerNames: payment.payerNames,
  requestId: payment.requestId,
  request: payment.request,
  flags: payment.flags,
  paidAt: payment.paidAt.toISOString(),
  receivedAt: payment.receivedAt.toISOString(),
});

const about = (subject: { id: string; organisationId: string; version: number }, at: Date, cause?: Trace) => ({
  organisationId: subject.organisationId,
  subject: { id: subject.id, version: subject.version },
  at,
  cause,
});

export const paymentReceived = (payment: Payment, at: Date, cause: Trace): OutgoingEvent =>
  PaymentReceived.create(factsOf(payment), about(payment, at, cause));

export const evidenceAdded = (payment: Payment, evidence: Telling['kind'], at: Date, cause?: Trace): OutgoingEvent =>
  PaymentEvidenceAdded.create({ ...factsOf(payment), evidence }, about(payment, at, cause));

export const requestPrompted = (request: PaymentRequest, at: Date, cause: Trace): OutgoingEvent =>
  PaymentRequestPrompted.create(
    {
      requestId: request.id,
      channelId: request.channelId,
      mode: request.mode,
      invoiceId: request.invoiceId,
      customerId: request.customerId,
      accountReference: request.accountReference,
      amountCents: request.amountCents,
      promptedAt: (request.promptedAt ?? at).toISOString(),
    },
    about(request, at, cause),
  );

/** Nothing to tell while the request is open. */
export function requestSettled(request: PaymentRequest, at: Date, cause?: Trace): OutgoingEvent[] {
  const { status } = request;
  if (isOpen(request) || status === 'created' || status === 'prompted') return [];
  const data = {
    requestId: request.id,
    mode: request.mode,
    status,
    paymentId: request.paymentId,
    resultCode: request.resultCode ?? '',
    settledAt: (request.settledAt ?? at).toISOString(),
  };
  return [PaymentRequestSettled.create(data, about(request, at, cause))];
}
