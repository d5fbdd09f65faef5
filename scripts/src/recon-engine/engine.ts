import { apply, createState, type Decision, type Model, type PaymentFact, type State } from '@malipo/matching';
import { takePayment } from '../take-payment.ts';
import { createTimeline } from '../timeline.ts';
import { toAllocations, toCustomer, toInvoice, toPayment } from './facts.ts';
import type {
  RawDataset,
  RawFeedback,
  RawHistory,
  RawInvoice,
  RawPayment,
  RawPrediction,
  RawRequest,
} from './records.ts';

/** One business of a dataset: its state, and what becomes known in the course of time. */
type Business = {
  state: State;
  takeIssued: (day: string) => RawInvoice[];
  takeRequested: (time: string) => RawRequest[];
};

/** Plays a dataset through the matching package: nothing is known before its time. */
export type Engine = {
  states: () => State[];
  /** The state that this payment is decided on, brought up to the moment of its arrival. */
  stateFor: (payment: RawPayment) => State;
  predict: (payment: RawPayment) => RawPrediction;
  feedback: (items: readonly RawFeedback[]) => void;
};

export function createEngine(dataset: RawDataset, model?: Model): Engine {
  const businesses = load(dataset, model);
  const waiting = new Map<string, { state: State; payment: PaymentFact }>();
  const seen = new Set(dataset.history.map((entry) => messageKey(entry.payment)));
  const stateFor = (raw: RawPayment): State => {
    const business = businesses.get(raw.tenant_id) ?? newBusiness(businesses, raw.tenant_id, model);
    catchUp(business, raw.received_at);
    return business.state;
  };
  return {
    states: () => [...businesses.values()].map((business) => business.state),
    stateFor,
    predict: (raw) => {
      const key = messageKey(raw);
      if (seen.has(key)) return unanswered('duplicate');
      const state = stateFor(raw);
      const payment = toPayment(raw);
      const decision = takePayment(state, payment);
      seen.add(key);
      // whatever a reviewer says of money that was taken back: there is nothing left to post
      if (decision.reason === 'reversal') waiting.delete(decision.refersTo ?? '');
      else if (decision.outcome !== 'auto') waiting.set(raw.id, { state, payment });
      return toPrediction(decision);
    },
    feedback: (items) => {
      for (const item of items) {
        const known = waiting.get(item.payment_id);
        waiting.delete(item.payment_id);
        if (known) settle(known.state, known.payment, item);
      }
    },
  };
}

/**
 * To the matching package the same payment under the same receipt is one that is decided again, as the service needs it;
 * here each line is a message of its own, and the same once more is a duplicate.
 */
const messageKey = (raw: RawPayment): string => `${raw.tenant_id} ${raw.id} ${raw.trans_id}`;

function load(dataset: RawDataset, model?: Model): Map<string, Business> {
  const businesses = new Map<string, Business>();
  const of = (tenant: string) => businesses.get(tenant) ?? newBusiness(businesses, tenant, model);
  for (const raw of dataset.customers)
    apply(of(raw.tenant_id).state, { type: 'customer-saved', customer: toCustomer(raw) });
  const paid = paidInHistory(dataset.history);
  const invoices = Map.groupBy(dataset.invoices, (raw) => raw.tenant_id);
  const requests = Map.groupBy(dataset.requests, (raw) => raw.tenant_id);
  const start = dataset.history.at(-1)?.payment.received_at ?? '';
  for (const tenant of new Set([...businesses.keys(), ...invoices.keys(), ...requests.keys()])) {
    const business = of(tenant);
    business.takeIssued = createTimeline(invoices.get(tenant) ?? [], (raw) => raw.issue_date);
    business.takeRequested = createTimeline(requests.get(tenant) ?? [], (raw) => raw.requested_at);
    for (const raw of business.takeIssued(start.slice(0, 10))) {
      const invoice = toInvoice(raw, raw.balance_cents + (paid.get(raw.id) ?? 0));
      apply(business.state, { type: 'invoice-saved', invoice });
    }
  }
  for (const entry of dataset.history) replay(of(entry.payment.tenant_id).state, entry);
  return businesses;
}

function newBusiness(businesses: Map<string, Business>, tenant: string, model?: Model): Business {
  const state = createState(tenant, {}, model);
  const business: Business = { state, takeIssued: () => [], takeRequested: () => [] };
  businesses.set(tenant, business);
  return business;
}

function paidInHistory(history: readonly RawHistory[]): Map<string, number> {
  const paid = new Map<string, number>();
  for (const { allocations } of history) {
    for (const part of allocations) paid.set(part.invoice, (paid.get(part.invoice) ?? 0) + part.amount_cents);
  }
  return paid;
}

function replay(state: State, entry: RawHistory): void {
  const payment = toPayment(entry.payment);
  if (payment.reversesReceipt !== null) return;
  settle(state, payment, { outcome: 'apply', payment_id: payment.paymentId, ...entry });
}

/** A reviewer's answer: posted by a person, or known to be nobody's. */
function settle(state: State, payment: PaymentFact, item: RawFeedback): void {
  if (item.outcome === 'duplicate' || item.outcome === 'reversal' || item.outcome === 'unmatched') {
    apply(state, { type: 'payment-dismissed', paymentId: payment.paymentId });
    return;
  }
  const allocations = toAllocations(item.allocations);
  const creditCents = allocations.reduce((rest, part) => rest - part.amountCents, payment.amountCents);
  const settled = {
    paymentId: payment.paymentId,
    by: 'person',
    customerId: item.customer_id,
    allocations,
    creditCents,
  } as const;
  apply(state, { type: 'payment-settled', payment, settled });
}

/** Invoices issued and requests made by the time a payment arrives; nothing later. */
function catchUp(business: Business, receivedAt: string): void {
  for (const raw of business.takeIssued(receivedAt.slice(0, 10))) {
    apply(business.state, { type: 'invoice-saved', invoice: toInvoice(raw, raw.balance_cents) });
  }
  for (const next of business.takeRequested(receivedAt)) {
    const customerId = business.state.invoiceById.get(next.invoice_id)?.customer.customerId;
    if (customerId === undefined) continue;
    apply(business.state, {
      type: 'request-made',
      request: {
        requestId: next.checkout_request_id,
        customerId,
        invoiceId: next.invoice_id,
        amountCents: next.amount_cents,
        madeAt: Date.parse(next.requested_at),
      },
    });
  }
}

/** Whole, though it says nothing: nobody is credited. */
export const unanswered = (reason: string): RawPrediction => ({
  decision: 'none',
  confidence: 0,
  allocations: [],
  customer_id: null,
  reason,
  guards: [],
});

function toPrediction(decision: Decision): RawPrediction {
  const { proposal, outcome, reason, guards } = decision;
  if (!proposal || outcome === 'unmatched') {
    return { ...unanswered(reason), guards };
  }
  return {
    decision: outcome === 'auto' ? 'auto' : 'suggest',
    confidence: proposal.confidence,
    allocations: proposal.allocations.map((part) => ({ invoice: part.invoiceId, amount_cents: part.amountCents })),
    customer_id: proposal.customerId,
    reason,
    guards,
  };
}
