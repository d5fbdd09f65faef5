import { candidatesFor } from '@malipo/matching';
import { invoiceSaved, receivableOf } from '../domain/unit.ts';
import type { Work } from './work.ts';

/** Unresolved payments that may fit the invoices that money was taken off; each is told once. */
export function fitReopened(unit: Work): string[] {
  if (unit.reopened.size === 0 || !unit.state) return [];
  const ids = waitingFor(unit, unit.reopened);
  unit.reopened.clear();
  return ids;
}

/** Unresolved payments that may fit invoices which are open. */
export function waitingFor(unit: Work, invoiceIds: Iterable<string>): string[] {
  const { state } = unit;
  if (!state) return [];
  const ids = [...invoiceIds].flatMap((id) => {
    const receivable = receivableOf(unit, id);
    return receivable?.status === 'open' ? candidatesFor(state, invoiceSaved(receivable)) : [];
  });
  return [...new Set(ids)];
}
