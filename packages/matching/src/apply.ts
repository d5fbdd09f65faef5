import { NONE, orNone } from '@malipo/values';
import { customerRecord, saveCustomer } from './index/customers.ts';
import { moveBalance, saveInvoice } from './index/invoices.ts';
import { forgetAlias, moveAll, payerKeys, receiptKey, teachAlias } from './index/payments.ts';
import { wait, waitNoMore } from './index/waiting.ts';
import type { CustomerRecord, SeenPayment, State } from './state.ts';
import type { Decision, Fact, PaymentFact, SettledFact } from './types.ts';

/** Folds one fact into the state, in place; the same facts in the same order always give the same state. */
export function apply(state: State, fact: Fact): void {
  switch (fact.type) {
    case 'customer-saved':
      saveCustomer(state, fact.customer);
      break;
    case 'invoice-saved':
      saveInvoice(state, fact.invoice);
      break;
    case 'invoice-closed':
      close(state, fact.invoiceId);
      break;
    case 'request-made':
      state.requests.set(fact.request.requestId, fact.request);
      break;
    case 'payment-decided':
      decided(state, fact.payment, fact.decision);
      break;
    case 'payment-settled':
      settle(state, fact.payment, fact.settled);
      break;
    case 'settlement-undone':
      undo(state, fact.paymentId, 'unresolved');
      break;
    case 'proposal-refused':
      refuse(state, fact.paymentId, fact.customerId, fact.at);
      break;
    case 'payment-dismissed':
      undo(state, fact.paymentId, 'closed');
      break;
    case 'payment-forgotten':
      forget(state, fact.payment);
      break;
  }
}

function close(state: State, invoiceId: string): void {
  const invoice = state.invoiceById.get(invoiceId);
  if (invoice) moveBalance(state, invoice, -invoice.balanceCents);
}

function decided(state: State, payment: PaymentFact, decision: Decision): void {
  if (state.payments.get(payment.paymentId)?.status === 'posted') return;
  if (decision.reason === 'reversal') reverse(state, payment, decision.refersTo);
  const proposal = decision.proposal;
  if (decision.outcome === 'auto' && proposal) {
    settle(state, payment, { ...proposal, paymentId: payment.paymentId, by: 'engine' });
    return;
  }
  const seen = see(state, payment);
  seen.aliasKeys = orNone(payerKeys(payment)); // better evidence may have told more of the payer
  resolve(state, seen); // what an earlier decision made of it
  if (decision.reason === 'duplicate' || decision.reason === 'reversal') {
    seen.status = 'closed';
    return;
  }
  seen.status = 'unresolved';
  seen.payment = payment;
  seen.pointed = pointsTo(state, decision);
  const suspects = [proposal, ...decision.alternatives];
  // it casts its shadow on everybody who was considered: their oldest invoice may be paid already
  seen.suspects = orNone(suspects.flatMap((one) => state.customerById.get(one?.customerId ?? '')?.slot ?? []));
  seen.claims = orNone(suspects.flatMap((one) => one?.allocations.map((part) => part.invoiceId) ?? []));
  for (const slot of seen.suspects) suspect(state.customers[slot], payment.paymentId);
  wait(state, seen, payment);
}

/** Takes a posting back, or remembers that there is to be none. */
function reverse(state: State, payment: PaymentFact, before: string | null): void {
  if (before !== null) undo(state, before, 'closed');
  else if (payment.reversesReceipt) state.reversed.set(receiptKey(payment, payment.reversesReceipt), payment.paymentId);
}

function suspect(customer: CustomerRecord | undefined, paymentId: string): void {
  if (!customer) return;
  customer.pending ??= new Set();
  customer.pending.add(paymentId);
}

function clear(customer: CustomerRecord | undefined, paymentId: string): void {
  customer?.pending?.delete(paymentId);
  if (customer?.pending?.size === 0) customer.pending = null;
}

function settle(state: State, payment: PaymentFact, settled: SettledFact): void {
  const seen = see(state, payment);
  if (seen.status === 'posted') takeBack(state, seen);
  resolve(state, seen);
  seen.aliasKeys = settled.acrossCustomers ? NONE : orNone(payerKeys(payment));
  seen.status = 'posted';
  seen.customer = settled.customerId === null ? -1 : customerRecord(state, settled.customerId).slot;
  seen.allocations = settled.allocations;
  moveAll(state, settled.allocations, -1);
  seen.backed = settled.by === 'engine' || seen.pointed === NOBODY_LOOKED || seen.pointed === seen.customer;
  teachAlias(state, seen);
  if (settled.by === 'person' && !settled.adjusts) unrefuse(state, seen);
}

/** Taken from the books as they stood: whoever posted it had their reasons. */
const NOBODY_LOOKED = -2;
/** Guards that say: somebody else is as likely. */
const TIES: ReadonlySet<string> = new Set(['equal-evidence', 'runner-up']);
const MIN_POINTED = 0.5;

function pointsTo(state: State, { proposal, guards }: Decision): number {
  if (!proposal || proposal.confidence < MIN_POINTED || guards.some((guard) => TIES.has(guard))) return -1;
  return state.customerById.get(proposal.customerId)?.slot ?? -1;
}

function undo(state: State, paymentId: string, status: 'unresolved' | 'closed'): void {
  const seen = state.payments.get(paymentId);
  if (!seen) return;
  if (seen.status === 'posted') takeBack(state, seen);
  resolve(state, seen);
  seen.status = status;
  if (status === 'unresolved') state.unresolved.set(paymentId, seen);
}

/** Its receipt, too: other money that has or quotes it is no repeat. */
function forget(state: State, payment: PaymentFact): void {
  undo(state, payment.paymentId, 'closed');
  state.payments.delete(payment.paymentId);
  const key = receiptKey(payment);
  if (state.receipts.get(key) === payment.paymentId) state.receipts.delete(key);
}

function takeBack(state: State, seen: SeenPayment): void {
  moveAll(state, seen.allocations, 1);
  forgetAlias(state, seen);
  seen.allocations = NONE;
  seen.customer = -1;
}

/** Out of the queue: its shadow is lifted, and its text is forgotten. */
function resolve(state: State, seen: SeenPayment): void {
  for (const slot of seen.suspects) clear(state.customers[slot], seen.paymentId);
  waitNoMore(state, seen);
  seen.suspects = NONE;
  seen.claims = NONE;
  seen.payment = null;
}

function see(state: State, payment: PaymentFact): SeenPayment {
  const known = state.payments.get(payment.paymentId);
  if (known) return known;
  const seen: SeenPayment = {
    paymentId: payment.paymentId,
    receivedAt: payment.receivedAt,
    amountCents: payment.amountCents,
    payment: null,
    aliasKeys: NONE,
    taught: 0,
    status: 'closed',
    customer: -1,
    allocations: NONE,
    waitingKeys: NONE,
    pointed: NOBODY_LOOKED,
    backed: false,
    suspects: NONE,
    claims: NONE,
  };
  state.payments.set(payment.paymentId, seen);
  const key = receiptKey(payment);
  if (!payment.reversesReceipt && !state.receipts.has(key)) state.receipts.set(key, payment.paymentId);
  return seen;
}

function refuse(state: State, paymentId: string, customerId: string, at: number): void {
  const seen = state.payments.get(paymentId);
  const customer = state.customerById.get(customerId);
  if (!seen || !customer) return;
  for (const key of refusalKeys(seen, customer.slot)) state.refusals.set(key, at);
  clear(customer, paymentId);
}

/** A person has now said that this payer does pay for this customer: their latest word counts. */
function unrefuse(state: State, seen: SeenPayment): void {
  for (const key of refusalKeys(seen, seen.customer)) state.refusals.delete(key);
}

const refusalKeys = ({ paymentId, aliasKeys }: SeenPayment, slot: number): string[] =>
  [`p ${paymentId}`, ...aliasKeys].map((key) => `${key} ${slot}`);
