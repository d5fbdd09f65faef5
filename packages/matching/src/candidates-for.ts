import { keysOfCustomer, keysOfInvoice, keysOfRecord } from './index/waiting.ts';
import type { State } from './state.ts';
import type { Fact } from './types.ts';

/**
 * Unresolved payments that a newly saved customer or invoice may explain, so that they are worth deciding again.
 * Reads the keys under which unresolved money waits; the queue itself is never scanned.
 */
export function candidatesFor(state: State, fact: Fact): string[] {
  const found = new Set<string>();
  for (const key of keysOfFact(state, fact)) {
    for (const paymentId of state.waiting.get(key) ?? []) found.add(paymentId);
  }
  return [...found];
}

function keysOfFact(state: State, fact: Fact): string[] {
  if (fact.type === 'customer-saved') return keysOfCustomer(fact.customer);
  if (fact.type !== 'invoice-saved') return [];
  const customer = state.customerById.get(fact.invoice.customerId);
  return [...keysOfInvoice(fact.invoice), ...(customer ? keysOfRecord(state.names, customer) : [])];
}
