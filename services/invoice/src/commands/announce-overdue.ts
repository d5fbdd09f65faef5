import { eatDay } from '@malipo/values';
import type { Deps } from '../deps.ts';
import { passDueDate } from '../domain/standing.ts';
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
    const looks = due.map((before) => ({ before, step: passDueDate(before, today, at) }));
    const passed = looks.flatMap(({ before, step }) =>
      step ? [{ before, after: step.invoice, events: invoiceEvents(step, at) }] : [],
    );
    await deps.invoices.saveStandings(passed, tx);
    // paid in time or after: nothing to tell, nothing changed; should it be reopened, it is looked at again
    await deps.invoices.passOver(
      looks.flatMap(({ before, step }) => (step ? [] : [before])),
      tx,
    );
    tx.tell(...passed.flatMap(({ events }) => events));
    return due.length;
  });
