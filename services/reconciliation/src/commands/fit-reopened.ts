import { candidatesFor } from '@malipo/matching';
import type { Received } from '@malipo/service-kit';
import { invoiceSaved } from '../domain/facts.ts';
import { pad, receivableOf } from '../domain/unit.ts';
import type { ReopenedDoc } from '../store/collections.ts';
import { causeId } from './decide-payment.ts';
import type { Decisions, Work } from './work.ts';

/** Invoices that a slice took money off, by organisation. */
export type Reopened = Map<string, string[]>;

/**
 * Unresolved payments that may fit the invoices that money was taken off; each is told once.
 * @param reopened is given the invoices
 */
export function fitReopened(unit: Decisions, reopened: Reopened): string[] {
  if (unit.reopened.size === 0) return [];
  const ids = waitingFor(unit, unit.reopened);
  reopened.set(unit.organisationId, [...(reopened.get(unit.organisationId) ?? []), ...unit.reopened]);
  unit.reopened.clear();
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
    const invoiceIds = reopened.get(organisationId);
    const [event] = events.values();
    if (!unit || !invoiceIds || !event) return [];
    const _id = `${organisationId}:${pad((unit.seq ?? 0) + 1)}`;
    return [{ _id, organisationId, invoiceIds, except: [], cause: causeId(event.cause), at: unit.at }];
  });

/** Unresolved payments that may fit invoices as they now stand, or were to pay those that are settled meanwhile. */
export function waitingFor(unit: Decisions, invoiceIds: Iterable<string>): string[] {
  const ids = [...invoiceIds].flatMap((invoiceId) => {
    const receivable = receivableOf(unit, invoiceId);
    const isOwed = receivable?.status === 'open';
    return candidatesFor(unit.state, isOwed ? invoiceSaved(receivable) : { type: 'invoice-closed', invoiceId });
  });
  return [...new Set(ids)];
}
