import { RaceLostError } from '@malipo/service-kit';
import { eatDay } from '@malipo/values';
import type { Deps } from '../deps.ts';
import { passDueDate, type Standing, type Step, step } from '../domain/standing.ts';
import { invoiceEvents } from '../events/outgoing.ts';

const BATCH = 500;

/** Tells once per invoice and due date that it passed unpaid; two replicas at once tell it once. */
export async function announceOverdue(deps: Deps): Promise<void> {
  for (;;) {
    const at = deps.now();
    const today = eatDay(at);
    const due = await deps.invoices.dueBefore(today, BATCH);
    const writes = due.map((before) => {
      const { invoice, facts } = passDueDate(before.invoice, today, at) ?? unmark(before.invoice, at);
      return { before, after: invoice, events: invoiceEvents({ invoice, facts }, at) };
    });
    const announced = await deps.invoices.saveStandings(writes).catch((error: unknown) => {
      if (error instanceof RaceLostError) return undefined; // read again: what was written is no longer found
      throw error;
    });
    deps.relay.announce(announced ?? []);
    if (announced && due.length > 0) deps.log.info({ invoices: due.length }, 'due dates looked at');
    if ((announced && due.length < BATCH) || deps.stopping.aborted) return;
  }
}

/** Paid in time or after: nothing to tell; should it be reopened, it is looked at again. */
const unmark = (invoice: Standing, at: Date): Step<Standing> =>
  step(invoice, { ...invoice, overdueCheckOn: null, updatedAt: at }, []);
