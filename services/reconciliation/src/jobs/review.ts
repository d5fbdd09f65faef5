import type { Job } from '@malipo/service-kit';
import { rematchReopened } from '../commands/decide-again.ts';
import type { Deps } from '../commands/work.ts';
import { workRuns } from '../commands/work-run.ts';
import { expectedTotals } from '../store/expected.ts';
import { queueFilter } from '../store/review-queue.ts';

/** What nobody asks for each time: runs, money that an undo may place, and what is late. */
export function reviewJobs(deps: Deps): readonly Job[] {
  const worker = deps.newId();
  const setting = (name: string) => Number((deps.config as Record<string, unknown>)[name]);
  const wakeMs = setting('MALIPO_RECONCILIATION_WAKE_MS');
  return [
    { name: 'runs', everyMs: wakeMs, run: () => workRuns(deps, worker) },
    { name: 'rematch-reopened', everyMs: wakeMs, run: async () => void (await rematchReopened(deps)) },
    { name: 'count-overdue', everyMs: setting('MALIPO_RECONCILIATION_OVERDUE_MS'), run: () => countOverdue(deps) },
  ];
}

/** Over all organisations; each costs a look at its index of open matches and of open invoices. */
async function countOverdue(deps: Deps): Promise<void> {
  const { collections, figures } = deps;
  const overdue = { test: 0, live: 0 };
  const missing = { invoice: 0, request: 0 };
  const now = deps.now();
  for await (const { _id: organisationId, mode } of collections.organisations.find({}, { projection: { mode: 1 } })) {
    if (deps.stopping.aborted) return;
    const settings = await deps.reviewSettings.of(organisationId);
    const asked = { organisationId, mode, onHold: 'all' as const, overdue: true };
    overdue[mode] += await collections.matches.countDocuments(queueFilter(asked, now, settings.reviewHours));
    for (const kind of ['invoice', 'request'] as const)
      for (const { count } of await expectedTotals(
        collections,
        kind,
        { organisationId, mode, status: 'missing' },
        settings,
        now,
      ))
        missing[kind] += count;
  }
  for (const mode of ['test', 'live'] as const) figures.overdueReviews.set({ mode }, overdue[mode]);
  for (const kind of ['invoice', 'request'] as const) figures.missing.set({ kind }, missing[kind]);
}
