import { eatDay } from '@malipo/values';
import type { Deps } from '../deps.ts';
import { passDueDate, type Standing, type Step, step } from '../domain/standing.ts';
import { invoiceEvents } from '../events/outgoing.ts';

const BATCH = 500;

/** Tells once per invoice and due date that it passed unpaid; two replicas at once tell it once. */
export async function announceOverdue(deps: Deps): Promise<void> {
  for (;;) {
    const count = await announceSome(deps);
    if (count > 0) deps.log.info({ invoices: count }, 'due dates looked at');
    if (count < BATCH || deps.stopping.aborted) return;
  }
}

const announceSome = (deps: Deps): Promise<number> =>
  deps.relay.commit(async (tx) => {
    const at = deps.now();
    const today = eatDay(at);
    const due = await deps.invoices.dueBefore(today, BATCH, tx);
    const steps = due.map((before) => ({ before, step: passDueDate(before, today, at) ?? unmark(before, at) }));
    await deps.invoices.saveStandings(
      steps.map(({ before, step: { invoice } }) => ({ before, after: invoice })),
      tx,
    );
    tx.tell(...steps.flatMap(({ step }) => invoiceEvents(step, at)));
    return due.length;
  });

/** Paid in time or after: nothing to tell; should it be reopened, it is looked at again. */
const unmark = (invoice: Standing, at: Date): Step<Standing> =>
  step(invoice, { ...invoice, overdueCheckOn: null, updatedAt: at }, []);
