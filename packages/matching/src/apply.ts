import { hashMsisdn, maskMsisdn } from '@malipo/values';
import { receiptKey, type State } from './state.ts';
import { words } from './text/fold.ts';
import type { Allocation, CustomerFact, Decision, Fact, InvoiceFact, PaymentFact, SettledFact } from './types.ts';

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
      closeInvoice(state, fact.invoiceId);
      break;
    case 'request-made':
      state.requests.set(fact.request.requestId, fact.request);
      break;
    case 'payment-decided':
      decided(state, fact.payment, fact.decision);
      break;
    case 'payment-settled':
      undo(state, fact.payment.paymentId, 'closed');
      post(state, fact.payment, fact.settled);
      break;
    case 'settlement-undone':
      undo(state, fact.paymentId, 'unresolved');
      break;
    case 'proposal-refused':
      state.refused.add(`${fact.paymentId} ${fact.customerId}`);
      break;
    case 'payment-dismissed':
      undo(state, fact.paymentId, 'closed');
      break;
  }
}

function decided(state: State, payment: PaymentFact, decision: Decision): void {
  const proposal = decision.outcome === 'auto' ? decision.proposal : null;
  if (decision.reason === 'reversal' && decision.refersTo) undo(state, decision.refersTo, 'closed');
  if (proposal) {
    post(state, payment, { ...proposal, by: 'engine', paymentId: payment.paymentId });
    return;
  }
  const open = decision.reason !== 'duplicate' && decision.reason !== 'reversal';
  remember(state, payment, open ? 'unresolved' : 'closed', null, []);
}

/** Payer-side keys of a customer: full number, hash and mask; the contacts' numbers count as the customer's. */
export function phoneKeys(customer: CustomerFact): string[] {
  const phones = [...customer.phones, ...customer.contacts.flatMap((contact) => contact.phone ?? [])];
  return phones.flatMap((phone) => [phone, hashMsisdn(phone), maskMsisdn(phone)]);
}

export const nameKeys = (customer: CustomerFact): string[] =>
  [customer.name, ...customer.contacts.map((contact) => contact.name)].flatMap(words).filter((word) => word.length > 2);

function saveCustomer(state: State, customer: CustomerFact): void {
  const before = state.customers.get(customer.customerId);
  if (before) {
    for (const key of phoneKeys(before)) state.phones.get(key)?.delete(before.customerId);
    for (const key of nameKeys(before)) state.names.get(key)?.delete(before.customerId);
    for (const account of before.accountNumbers) state.references.removeAccount(before.customerId, account);
  }
  state.customers.set(customer.customerId, customer);
  for (const key of phoneKeys(customer)) addTo(state.phones, key, customer.customerId);
  for (const key of nameKeys(customer)) addTo(state.names, key, customer.customerId);
  for (const account of customer.accountNumbers) state.references.addAccount(customer.customerId, account);
}

function saveInvoice(state: State, invoice: InvoiceFact): void {
  state.invoices.set(invoice.invoiceId, invoice);
  addTo(state.invoicesOf, invoice.customerId, invoice.invoiceId);
  if (invoice.balanceCents > 0) state.references.addInvoice(invoice.invoiceId, invoice.number);
  else state.references.removeInvoice(invoice.invoiceId);
}

function closeInvoice(state: State, invoiceId: string): void {
  const invoice = state.invoices.get(invoiceId);
  if (invoice) saveInvoice(state, { ...invoice, balanceCents: 0 });
}

function post(state: State, payment: PaymentFact, settled: SettledFact): void {
  move(state, settled.allocations, -1);
  remember(state, payment, 'posted', settled.customerId, settled.allocations);
}

function undo(state: State, paymentId: string, status: 'unresolved' | 'closed'): void {
  const seen = state.payments.get(paymentId);
  if (!seen) return;
  if (seen.status === 'posted') move(state, seen.allocations, 1);
  remember(state, seen.payment, status, null, []);
}

function move(state: State, allocations: readonly Allocation[], sign: 1 | -1): void {
  for (const { invoiceId, amountCents } of allocations) {
    const invoice = state.invoices.get(invoiceId);
    if (invoice) saveInvoice(state, { ...invoice, balanceCents: invoice.balanceCents + sign * amountCents });
  }
}

function remember(
  state: State,
  payment: PaymentFact,
  status: 'posted' | 'unresolved' | 'closed',
  customerId: string | null,
  allocations: readonly Allocation[],
): void {
  state.payments.set(payment.paymentId, { payment, status, customerId, allocations });
  const key = receiptKey(payment);
  if (!payment.reversesReceipt && !state.receipts.has(key)) state.receipts.set(key, payment.paymentId);
  if (status === 'unresolved') state.unresolved.add(payment.paymentId);
  else state.unresolved.delete(payment.paymentId);
}

function addTo(map: Map<string, Set<string>>, key: string, id: string): void {
  const ids = map.get(key);
  if (ids) ids.add(id);
  else map.set(key, new Set([id]));
}
