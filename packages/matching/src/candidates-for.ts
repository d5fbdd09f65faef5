import { keysOfCustomer, keysOfInvoice, keysOfRecord } from './index/waiting.ts';
import type { CustomerRecord, State } from './state.ts';
import type { Fact } from './types.ts';

/**
 * Unresolved payments that a newly saved customer or invoice may explain, or that suspect a customer who owes another
 * amount now, so that they are worth deciding again. Reads the keys under which unresolved money waits; the queue itself
 * is never scanned.
 */
export function candidatesFor(state: State, fact: Fact): string[] {
  if (state.unresolved.size === 0) return [];
  const found = new Set(owingOf(state, fact)?.pending);
  for (const key of keysOfFact(state, fact)) {
    for (const paymentId of state.waiting.get(key) ?? []) found.add(paymentId);
  }
  return [...found];
}

function keysOfFact(state: State, fact: Fact): string[] {
  if (fact.type === 'customer-saved') return keysOfCustomer(fact.customer);
  if (fact.type !== 'invoice-saved') return [];
  const customer = owingOf(state, fact);
  return [...keysOfInvoice(fact.invoice), ...(customer ? keysOfRecord(state.names, customer) : [])];
}

/** The customer whose debt the fact is about. */
function owingOf(state: State, fact: Fact): CustomerRecord | undefined {
  if (fact.type === 'invoice-saved') return state.customerById.get(fact.invoice.customerId);
  return fact.type === 'invoice-closed' ? state.invoiceById.get(fact.invoiceId)?.customer : undefined;
}
