import {
  AllocationUndone,
  CustomerSaved,
  InvoiceChanged,
  InvoiceIssued,
  InvoicePaymentApplied,
  InvoiceVoided,
  PaymentAllocated,
  PaymentNeedsReview,
  PaymentUnmatched,
  SuggestionRefused,
} from '@malipo/events';
import { only, type Subscription, subscription } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { projectCustomers, projectInvoices } from './project-invoices.ts';
import { projectMatches, projectRefusals } from './project-matches.ts';

/** All that move a balance; `invoice.paid` only says again what one of them said. */
const INVOICE_EVENTS = [CustomerSaved, InvoiceIssued, InvoiceChanged, InvoiceVoided, InvoicePaymentApplied];
const MATCH_EVENTS = [PaymentAllocated, PaymentNeedsReview, PaymentUnmatched, AllocationUndone];

/** Copies of what others decided; both keep the newest version, so that repetition changes nothing. */
export const subscriptions = (deps: Deps): Subscription[] => [
  subscription({
    name: 'projections',
    paceMs: 800,
    standsBack: true,
    maxSlice: 1_000,
    events: [...INVOICE_EVENTS, ...MATCH_EVENTS, SuggestionRefused],
    handle: deps.freshness.watch(async (slice) => {
      const invoices = only(INVOICE_EVENTS, slice);
      await projectCustomers(deps.knownInvoices, invoices);
      await deps.mongo.transaction(async (session) => {
        await projectInvoices(deps.knownInvoices, invoices, session);
        await projectMatches(deps.payments, only(MATCH_EVENTS, slice), session);
        await projectRefusals(deps.payments, only([SuggestionRefused], slice), session);
      });
    }),
    onReading: deps.freshness.reading,
  }),
];
