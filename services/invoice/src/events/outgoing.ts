import {
  CustomerSaved,
  InvoiceChanged,
  InvoiceIssued,
  InvoiceOverdue,
  InvoicePaid,
  InvoicePaymentApplied,
  InvoiceVoided,
} from '@malipo/events';
import type { Cause, OutgoingEvent } from '@malipo/service-kit';
import { eatDay } from '@malipo/values';
import type { Customer } from '../domain/customer.ts';
import type { Change, Standing, Step } from '../domain/standing.ts';

type About = { organisationId: string; subject: { id: string; version: number }; at: Date; cause: Cause | undefined };

/** The customer as everybody else needs it. */
export function customerSaved(customer: Customer, cause?: Cause): OutgoingEvent {
  const { id, organisationId, name, isCompany, phone, email, accountNumbers, contacts, locale, version } = customer;
  return CustomerSaved.create(
    {
      customerId: id,
      name,
      isCompany,
      phone,
      email,
      accountNumbers: [...accountNumbers],
      contacts: [...contacts],
      locale,
    },
    { organisationId, subject: { id, version }, at: customer.updatedAt, cause },
  );
}

/**
 * One event per change. Each has a version of its own, so that a consumer that keeps the newest version it saw drops none.
 */
export function invoiceEvents({ invoice, changes }: Step<Standing>, at: Date, cause?: Cause): OutgoingEvent[] {
  const { id, organisationId } = invoice;
  const first = invoice.version - changes.length + 1;
  return changes.map((change, index) =>
    toEvent(invoice, change, { organisationId, subject: { id, version: first + index }, at, cause }),
  );
}

function toEvent(invoice: Standing, change: Change, about: About): OutgoingEvent {
  const { id: invoiceId, customerId, number, currency, totalCents, balanceCents, dueDate } = invoice;
  const invoiceOf = { invoiceId, customerId, number, currency };
  switch (change.type) {
    case 'issued':
      return InvoiceIssued.create(debtOf(invoice, about.at), about);
    case 'changed':
      return InvoiceChanged.create(debtOf(invoice, about.at), about);
    case 'voided':
      return InvoiceVoided.create({ ...invoiceOf, totalCents }, about);
    case 'paid':
      return InvoicePaid.create({ ...invoiceOf, totalCents, paidAt: about.at.toISOString() }, about);
    case 'overdue':
      return InvoiceOverdue.create({ ...invoiceOf, balanceCents, dueDate }, about);
    case 'applied':
      return InvoicePaymentApplied.create(movementOf(invoice, change), about);
  }
}

function debtOf(invoice: Standing, at: Date) {
  const { id: invoiceId, customerId, number, description, currency, dueDate } = invoice;
  const { totalCents, taxCents, balanceCents } = invoice;
  const issuedOn = invoice.issuedOn ?? eatDay(at);
  return {
    invoiceId,
    customerId,
    number,
    description,
    currency,
    issuedOn,
    dueDate,
    totalCents,
    taxCents,
    balanceCents,
  };
}

/** Only what was issued can be paid, so a draft's status never leaves. */
function movementOf(
  invoice: Standing,
  { paymentId, appliedCents, roundingCents }: Extract<Change, { type: 'applied' }>,
) {
  const { id, customerId, currency, balanceCents } = invoice;
  const status = invoice.status === 'draft' ? ('issued' as const) : invoice.status;
  return { invoiceId: id, customerId, paymentId, currency, appliedCents, roundingCents, balanceCents, status };
}
