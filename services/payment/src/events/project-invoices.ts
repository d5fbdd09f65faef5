import type {
  CustomerSaved,
  InvoiceChanged,
  InvoiceIssued,
  InvoicePaymentApplied,
  InvoiceVoided,
} from '@malipo/events';
import { accountKeys, invoiceKeys } from '@malipo/matching';
import type { ClientSession, ReceivedOf } from '@malipo/service-kit';
import type { CustomerKeys, InvoiceChange, KnownInvoices } from '../store/known-invoices.ts';

export type InvoiceEvent = ReceivedOf<
  | typeof CustomerSaved
  | typeof InvoiceIssued
  | typeof InvoiceChanged
  | typeof InvoiceVoided
  | typeof InvoicePaymentApplied
>;

/** Keeps our copy of invoices: one read and one write for a slice of any size. */
export const projectInvoices = (known: KnownInvoices, slice: readonly InvoiceEvent[], session: ClientSession) =>
  known.saveInvoices(
    slice.flatMap((event) => (event.type === 'customer.saved' ? [] : [changeOf(event)])),
    session,
  );

/** Keeps our copy of customers' accounts. */
export const projectCustomers = (known: KnownInvoices, slice: readonly InvoiceEvent[]): Promise<void> =>
  known.saveCustomers(slice.flatMap((event) => (event.type === 'customer.saved' ? [keysOf(event)] : [])));

type CustomerEvent = Extract<InvoiceEvent, { type: 'customer.saved' }>;

const keysOf = ({ data, organisationId, subject }: CustomerEvent): CustomerKeys => ({
  id: data.customerId,
  organisationId,
  version: subject.version,
  keys: [...new Set(data.accountNumbers.flatMap(accountKeys))],
});

function changeOf(event: Exclude<InvoiceEvent, CustomerEvent>): InvoiceChange {
  const { organisationId, subject, data } = event;
  const change = { id: data.invoiceId, organisationId, version: subject.version };
  switch (event.type) {
    case 'invoice.issued':
    case 'invoice.changed': {
      const { customerId, number, currency, balanceCents } = event.data;
      return { ...change, balanceCents, facts: { customerId, number, currency, keys: invoiceKeys(number) } };
    }
    case 'invoice.payment-applied':
      return { ...change, balanceCents: event.data.balanceCents };
    case 'invoice.voided':
      return { ...change, balanceCents: 0 };
  }
}
