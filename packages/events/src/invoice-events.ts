import { defineEvent, personal } from '@malipo/service-kit/event';
import { Currency, Id } from '@malipo/values';
import { z } from 'zod';

const Day = z.iso.date().describe('Nairobi day');
const Amount = z.int();

/** A customer as everybody else needs it; the whole of it each time. */
const Customer = z.object({
  customerId: Id,
  name: personal(z.string()),
  isCompany: z.boolean(),
  phone: personal(z.string().nullable()).describe('254… digits'),
  email: personal(z.string().nullable()),
  accountNumbers: z.array(z.string()),
  contacts: personal(
    z.array(z.object({ name: z.string(), phone: z.string().nullable(), relation: z.string().nullable() })),
  ),
  locale: z.enum(['en', 'sw']).nullable(),
});

const InvoiceFacts = z.object({
  invoiceId: Id,
  customerId: Id,
  number: z.string(),
  description: z.string().describe('the lines in words: months, terms, houses named there help the matcher'),
  currency: Currency,
  issuedOn: Day,
  dueDate: Day,
  totalCents: Amount,
  taxCents: Amount.optional().describe('the VAT within the total; absent in what was told before it was'),
  balanceCents: Amount,
});

/** A customer was created or changed. */
export const CustomerSaved = defineEvent({
  type: 'customer.saved',
  version: 1,
  topic: 'invoice.events',
  data: Customer,
});

/** An invoice is owed from now on. */
export const InvoiceIssued = defineEvent({
  type: 'invoice.issued',
  version: 1,
  topic: 'invoice.events',
  data: InvoiceFacts,
});

/** What is owed, or until when, changed; the whole of it. */
export const InvoiceChanged = defineEvent({
  type: 'invoice.changed',
  version: 1,
  topic: 'invoice.events',
  data: InvoiceFacts,
});

/** Nothing is owed any more; reconciliation takes back what was applied. */
export const InvoiceVoided = defineEvent({
  type: 'invoice.voided',
  version: 1,
  topic: 'invoice.events',
  data: z.object({ invoiceId: Id, customerId: Id, number: z.string(), currency: Currency, totalCents: Amount }),
});

/** Money was applied to, or taken back from, an invoice: `appliedCents` is negative then. */
export const InvoicePaymentApplied = defineEvent({
  type: 'invoice.payment-applied',
  version: 1,
  topic: 'invoice.events',
  data: z.object({
    invoiceId: Id,
    customerId: Id,
    paymentId: Id,
    currency: Currency,
    appliedCents: Amount,
    roundingCents: Amount,
    balanceCents: Amount,
    status: z.enum(['issued', 'partially_paid', 'paid', 'void', 'written_off']),
  }),
});

/** The balance reached zero. */
export const InvoicePaid = defineEvent({
  type: 'invoice.paid',
  version: 1,
  topic: 'invoice.events',
  data: z.object({
    invoiceId: Id,
    customerId: Id,
    number: z.string(),
    currency: Currency,
    totalCents: Amount,
    paidAt: z.iso.datetime(),
  }),
});

/** The due date passed with a balance open. */
export const InvoiceOverdue = defineEvent({
  type: 'invoice.overdue',
  version: 1,
  topic: 'invoice.events',
  data: z.object({
    invoiceId: Id,
    customerId: Id,
    number: z.string(),
    currency: Currency,
    balanceCents: Amount,
    dueDate: Day,
  }),
});
