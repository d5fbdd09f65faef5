import { candidatesFor, type Fact } from '@malipo/matching';
import type { Received } from '@malipo/service-kit';
import { invoiceSaved } from '../domain/facts.ts';
import { pad, receivableOf, suspectedOf } from '../domain/unit.ts';
import type { ReopenedDoc } from '../store/collections.ts';
import { causeId } from './decide-payment.ts';
import type { Decisions, Work } from './work.ts';

/** What a slice reopened and whom it cleared, by organisation. @see Unit */
export type Reopened = Map<string, { invoiceIds: string[]; customerIds: string[] }>;

/**
 * Unresolved payments that may fit the invoices that money was taken off, or may be of the customers that were cleared; each
 * is told once.
 * @param reopened is given the invoices and customers
 */
export function fitReopened(unit: Decisions, reopened: Reopened): string[] {
  if (unit.reopened.size + unit.cleared.size === 0) return [];
  const { invoiceIds, customerIds } = reopened.get(unit.organisationId) ?? { invoiceIds: [], customerIds: [] };
  reopened.set(unit.organisationId, {
    invoiceIds: [...invoiceIds, ...unit.reopened],
    customerIds: [...customerIds, ...unit.cleared],
  });
  const ids = waitingFor(unit, unit.reopened, unit.cleared);
  unit.reopened.clear();
  unit.cleared.clear();
  return ids;
}

/**
 * Notes for the job that looks at what waits, where a slice opens more than it decides in its own transaction: the event,
 * when it comes again, opens nothing and so finds nothing to decide.
 * @param rest payments that are left over, by organisation
 */
export const notesOfRest = (
  units: ReadonlyMap<string, Work>,
  rest: ReadonlyMap<string, ReadonlyMap<string, Received>>,
  reopened: Reopened,
): ReopenedDoc[] =>
  [...rest].flatMap(([organisationId, events]) => {
    const unit = units.get(organisationId);
    const opened = reopened.get(organisationId);
    const [event] = events.values();
    if (!unit || !opened || !event) return [];
    const _id = `${organisationId}:${pad((unit.seq ?? 0) + 1)}:rest`;
    return [{ _id, organisationId, ...opened, except: [], cause: causeId(event.cause), at: unit.at }];
  });

/**
 * Unresolved payments that may fit invoices as they now stand, or were to pay those that are settled meanwhile, or may be of
 * the customers.
 */
export function waitingFor(
  unit: Decisions,
  invoiceIds: Iterable<string>,
  customerIds: Iterable<string> = [],
): string[] {
  const found = new Set<string>();
  for (const invoiceId of invoiceIds) {
    const receivable = receivableOf(unit, invoiceId);
    const isOwed = receivable?.status === 'open';
    const fact: Fact = isOwed ? invoiceSaved(receivable) : { type: 'invoice-closed', invoiceId };
    for (const id of candidatesFor(unit.state, fact)) found.add(id);
    for (const id of unit.offering(invoiceId)) found.add(id);
  }
  for (const customerId of customerIds) for (const id of suspectedOf(unit, customerId)) found.add(id);
  return [...found];
}
