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
import type { EventDefinition, Received, Subscription } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { type InvoiceEvent, projectCustomers, projectInvoices } from './project-invoices.ts';
import { type MatchEvent, projectMatches, projectRefusals, type RefusalEvent } from './project-matches.ts';

/** All that move a balance; `invoice.paid` only says again what one of them said. */
const INVOICE_EVENTS = [CustomerSaved, InvoiceIssued, InvoiceChanged, InvoiceVoided, InvoicePaymentApplied];
const MATCH_EVENTS = [PaymentAllocated, PaymentNeedsReview, PaymentUnmatched, AllocationUndone];

const isOneOf = (events: readonly EventDefinition[], event: Received) => events.some(({ type }) => type === event.type);
const isInvoiceEvent = (event: Received): event is InvoiceEvent => isOneOf(INVOICE_EVENTS, event);
const isMatchEvent = (event: Received): event is MatchEvent => isOneOf(MATCH_EVENTS, event);
const isRefusal = (event: Received): event is RefusalEvent => event.type === SuggestionRefused.type;

/** Copies of what others decided; both keep the newest version, so that repetition changes nothing. */
export const subscriptions = (deps: Deps): Subscription[] => [
  {
    name: 'projections',
    events: [...INVOICE_EVENTS, ...MATCH_EVENTS, SuggestionRefused],
    handle: deps.freshness.watch(async (slice) => {
      await projectCustomers(deps.knownInvoices, slice.filter(isInvoiceEvent));
      await deps.mongo.transaction(async (session) => {
        await projectInvoices(deps.knownInvoices, slice.filter(isInvoiceEvent), session);
        await projectMatches(deps.payments, slice.filter(isMatchEvent), session);
        await projectRefusals(deps.payments, slice.filter(isRefusal), session);
      });
    }),
    onAssigned: () => deps.freshness.assigned(),
  },
];
