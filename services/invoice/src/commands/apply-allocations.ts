import { type Cause, NotYetError, type OutgoingEvent, type Tx } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { type Allocation, applyAllocation, type Standing } from '../domain/standing.ts';
import { invoiceEvents } from '../events/outgoing.ts';
import type { Write } from '../store/invoices.ts';

/** One allocation as an event tells it; an amount of 0 takes it back. */
export type ToldAllocation = { organisationId: string; invoiceId: string; allocation: Allocation; cause: Cause };

type Pending = Write<Standing> & { events: OutgoingEvent[] };

/**
 * Applies what reconciliation decided, in order, in one transaction for the whole slice. What is held already in this or
 * a newer version is passed over, so repeats and old news change nothing.
 * @throws {NotYetError} invoice_unknown: tried again, since its own write may not be visible yet, then parked; the known
 *   ones are applied before it is thrown
 */
export async function applyAllocations(deps: Deps, told: readonly ToldAllocation[]): Promise<void> {
  if (told.length === 0) return;
  const at = deps.now();
  const { changed, unknown } = await deps.relay.commit(async (tx) => {
    const pending = await loadPending(deps, told, tx);
    const unknown = told.filter((one) => !take(pending.get(one.invoiceId), one, at));
    const changed = [...pending.values()].filter((one) => one.after !== one.before);
    await deps.invoices.saveStandings(changed, tx);
    tx.tell(...changed.flatMap((one) => one.events));
    return { changed, unknown };
  });
  logPaid(deps, changed);
  if (unknown.length > 0)
    throw new NotYetError('invoice_unknown', `${unknown.length} allocation(s) name an invoice that is not known here`);
}

/** @returns false where there is no such invoice of that organisation */
function take(one: Pending | undefined, { organisationId, allocation, cause }: ToldAllocation, at: Date): boolean {
  if (one?.after.organisationId !== organisationId) return false;
  const step = applyAllocation(one.after, allocation, at);
  if (!step) return true;
  one.after = step.invoice;
  one.events.push(...invoiceEvents(step, at, cause));
  return true;
}

async function loadPending(deps: Deps, told: readonly ToldAllocation[], tx: Tx): Promise<Map<string, Pending>> {
  const ids = new Set(told.map((one) => one.invoiceId));
  const loaded = await deps.invoices.loadStandings([...ids], tx);
  return new Map(loaded.map((before) => [before.id, { before, after: before, events: [] }]));
}

function logPaid(deps: Deps, changed: readonly Write<Standing>[]): void {
  const paid = changed.filter(({ before, after }) => after.status === 'paid' && before.status !== 'paid');
  if (changed.length > 0) deps.log.info({ invoices: changed.length, paid: paid.length }, 'allocations applied');
}
