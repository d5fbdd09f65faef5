import { nameKeys, phoneKeys } from './apply.ts';
import { accountKeys, invoiceKeys, referenceKeys } from './keys/reference-keys.ts';
import type { State } from './state.ts';
import { words } from './text/fold.ts';
import type { Fact } from './types.ts';

/** Unresolved payments that a newly saved customer or invoice may explain; they are worth deciding again. */
export function candidatesFor(state: State, fact: Fact): string[] {
  if (fact.type === 'customer-saved') {
    const names = new Set(nameKeys(fact.customer));
    const phones = new Set(phoneKeys(fact.customer));
    const accounts = new Set(fact.customer.accountNumbers.flatMap(accountKeys));
    return unresolvedWhere(
      state,
      (text, number, keys) =>
        phones.has(number) || keys.some((k) => accounts.has(k)) || words(text).some((w) => names.has(w)),
    );
  }
  if (fact.type === 'invoice-saved') {
    const keysOfInvoice = new Set(invoiceKeys(fact.invoice.number));
    const customer = state.customers.get(fact.invoice.customerId);
    const phones = new Set(customer ? phoneKeys(customer) : []);
    return unresolvedWhere(state, (_, number, keys) => phones.has(number) || keys.some((k) => keysOfInvoice.has(k)));
  }
  return [];
}

function unresolvedWhere(state: State, fits: (text: string, number: string, keys: string[]) => boolean): string[] {
  return [...state.unresolved].filter((id) => {
    const payment = state.payments.get(id)?.payment;
    if (!payment) return false;
    const text = `${payment.reference ?? ''} ${payment.narrative ?? ''} ${payment.payerNames.join(' ')}`;
    return fits(text, payment.number.value, referenceKeys(text));
  });
}
