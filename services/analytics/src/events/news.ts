import {
  AllocationUndone,
  InvoiceChanged,
  InvoiceIssued,
  InvoicePaymentApplied,
  InvoiceVoided,
  PaymentAllocated,
  PaymentEvidenceAdded,
  PaymentNeedsReview,
  PaymentReceived,
  PaymentReversed,
  PaymentUnmatched,
  SuggestionRefused,
} from '@malipo/events';
import type { ReceivedOf } from '@malipo/service-kit';
import { eatDay } from '@malipo/values';
import type { InvoiceNews } from '../domain/invoice-row.ts';
import type { PaymentNews } from '../domain/payment-row.ts';

/** All that change a figure; `invoice.paid` only says again what another event about the balance said. */
export const EVENTS = [
  PaymentReceived,
  PaymentEvidenceAdded,
  PaymentReversed,
  PaymentAllocated,
  PaymentNeedsReview,
  PaymentUnmatched,
  AllocationUndone,
  SuggestionRefused,
  InvoiceIssued,
  InvoiceChanged,
  InvoiceVoided,
  InvoicePaymentApplied,
] as const;

export type Event = ReceivedOf<(typeof EVENTS)[number]>;
type InvoiceEvent = Extract<Event, { data: { invoiceId: string } }>;
type PaymentEvent = Exclude<Event, InvoiceEvent>;

export type News = PaymentNews | InvoiceNews;

/** What an event means to the figures. */
export const toNews = (event: Event): News => (isAboutInvoice(event) ? toInvoiceNews(event) : toPaymentNews(event));

const isAboutInvoice = (event: Event): event is InvoiceEvent => 'invoiceId' in event.data;

function toPaymentNews(event: PaymentEvent): PaymentNews {
  const about = { subject: 'payment' as const, id: event.data.paymentId, organisationId: event.organisationId };
  const { version } = event.subject;
  switch (event.type) {
    case 'payment.received':
    case 'payment.evidence-added': {
      const { mode, currency, amountCents, channelKind, paidAt } = event.data;
      const channel = answersPrompt(event) ? 'stk' : channelKind;
      const day = eatDay(new Date(paidAt));
      return { ...about, kind: 'received', received: { version, mode, currency, amountCents, channel, day } };
    }
    case 'payment.reversed':
      return { ...about, kind: 'reversed' };
    case 'suggestion.refused':
      return { ...about, kind: 'refused', version };
    default: {
      const { decision, unappliedCents } = event.data;
      return { ...about, kind: 'decided', decided: { version, decision, unappliedCents } };
    }
  }
}

type Telling = Extract<Event, { type: 'payment.received' | 'payment.evidence-added' }>;

/** The kind alone does not say it: it is the paybill or till again as soon as another message has told of the money. */
const answersPrompt = (event: Telling): boolean =>
  event.data.requestId !== null || (event.type === 'payment.evidence-added' && event.data.evidence === 'stk');

function toInvoiceNews(event: InvoiceEvent): InvoiceNews {
  const about = { subject: 'invoice' as const, id: event.data.invoiceId, organisationId: event.organisationId };
  const { version } = event.subject;
  switch (event.type) {
    case 'invoice.issued':
    case 'invoice.changed': {
      const { currency, issuedOn, dueDate, totalCents, balanceCents } = event.data;
      return {
        ...about,
        kind: 'owed',
        facts: { version, currency, issuedOn, dueDate, totalCents },
        balance: { version, balanceCents },
      };
    }
    case 'invoice.payment-applied':
      return { ...about, kind: 'balance', balance: { version, balanceCents: event.data.balanceCents } };
    case 'invoice.voided':
      return { ...about, kind: 'voided' };
  }
}
