import { type Announced, type Cause, type OutgoingEvent, UpstreamError } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { type Allocation, applyAllocation, type Standing } from '../domain/standing.ts';
import { invoiceEvents } from '../events/outgoing.ts';
import type { Loaded, Write } from '../store/invoices.ts';

/** One allocation as an event tells it; an amount of 0 takes it back. */
export type ToldAllocation = { organisationId: string; invoiceId: string; allocation: Allocation; cause: Cause };

type Pending = { before: Loaded<Standing>; after: Standing; events: OutgoingEvent[] };

/**
 * Applies what reconciliation decided, in order: one read and one write for the whole slice. What is held already in
 * this or a newer version is passed over, so repeats and old news change nothing.
 * @throws {RaceLostError} when an invoice was changed in between; the rest is written, and a repeat finishes the work
 * @throws {UpstreamError} invoice_unknown: tried again, since its own write may not be visible yet, then parked; the
 *   known ones are applied before it is thrown
 */
export async function applyAllocations(deps: Deps, told: readonly ToldAllocation[]): Promise<void> {
  if (told.length === 0) return;
  const at = deps.now();
  const pending = await loadPending(deps, told);
  const unknown = told.filter(({ organisationId, invoiceId, allocation, cause }) => {
    const one = pending.get(invoiceId);
    if (one?.after.organisationId !== organisationId) return true;
    const step = applyAllocation(one.after, allocation, at);
    if (!step) return false;
    one.after = step.invoice;
    one.events.push(...invoiceEvents(step, at, cause));
    return false;
  });
  const changed = [...pending.values()].filter((one) => one.after !== one.before.invoice);
  deps.relay.announce([...stillWaiting(pending.values()), ...(await deps.invoices.saveStandings(changed))]);
  logPaid(deps, changed);
  if (unknown.length > 0)
    throw new UpstreamError(
      'invoice_unknown',
      `${unknown.length} allocation(s) name an invoice that is not known here`,
    );
}

async function loadPending(deps: Deps, told: readonly ToldAllocation[]): Promise<Map<string, Pending>> {
  const organisations = new Set(told.map((one) => one.organisationId));
  const ids = new Set(told.map((one) => one.invoiceId));
  const loaded = await deps.invoices.loadStandings([...organisations], [...ids]);
  return new Map(loaded.map((before) => [before.invoice.id, { before, after: before.invoice, events: [] }]));
}

/** After a lost race or a crash, what an earlier try wrote is not waiting for the sweep. */
function stillWaiting(pending: Iterable<Pending>): Announced[] {
  return [...pending].flatMap(({ before, after }) =>
    after === before.invoice && before.waiting.length > 0
      ? [{ collection: 'invoices', id: after.id, events: before.waiting }]
      : [],
  );
}

function logPaid(deps: Deps, changed: readonly Write<Standing>[]): void {
  const paid = changed.filter(({ before, after }) => after.status === 'paid' && before.invoice.status !== 'paid');
  if (changed.length > 0) deps.log.info({ invoices: changed.length, paid: paid.length }, 'allocations applied');
}
