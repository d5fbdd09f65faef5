import {
  AllocationUndone,
  CustomerSaved,
  InvoiceChanged,
  InvoiceIssued,
  InvoicePaid,
  InvoicePaymentApplied,
  InvoiceVoided,
  PaymentAllocated,
  PaymentNeedsReview,
  PaymentUnmatched,
} from '@malipo/events';
import type { Subscription } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { type InvoiceEvent, projectInvoices } from './project-invoices.ts';
import { type MatchEvent, projectMatches } from './project-matches.ts';

/** Two copies of what others decided; both keep the newest version, so that repetition changes nothing. */
export const subscriptions = (deps: Deps): Subscription[] => [
  {
    name: 'invoices',
    events: [CustomerSaved, InvoiceIssued, InvoiceChanged, InvoiceVoided, InvoicePaid, InvoicePaymentApplied],
    handle: deps.freshness.watch((slice) => projectInvoices(deps.knownInvoices, slice as readonly InvoiceEvent[])),
    onAssigned: () => deps.freshness.assigned(),
  },
  {
    name: 'matches',
    events: [PaymentAllocated, PaymentNeedsReview, PaymentUnmatched, AllocationUndone],
    handle: (slice) => projectMatches(deps.payments, slice as readonly MatchEvent[]),
  },
];
