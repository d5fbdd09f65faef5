import type { Job } from '@malipo/service-kit';
import { rematchReopened } from '../commands/decide-again.ts';
import type { Deps } from '../commands/work.ts';
import { workRuns } from '../commands/work-run.ts';
import type { JobDeps } from '../deps.ts';
import { countLate } from '../store/late.ts';

/** What nobody asks for each time: runs, money that an undo may place, and what is late. */
export function reviewJobs(deps: JobDeps): readonly Job[] {
  const worker = deps.newId();
  const { wakeEveryMs, countOverdueEveryMs } = deps.settings;
  return [
    { name: 'runs', everyMs: wakeEveryMs, run: () => workRuns(deps, worker) },
    { name: 'rematch-reopened', everyMs: wakeEveryMs, run: () => rematchReopened(deps) },
    { name: 'count-overdue', everyMs: countOverdueEveryMs, run: () => countOverdue(deps) },
  ];
}

async function countOverdue({ collections, figures, now }: Deps): Promise<void> {
  const { overdue, missing } = await countLate(collections, now());
  for (const mode of ['test', 'live'] as const) figures.overdueReviews.set({ mode }, overdue[mode]);
  for (const kind of ['invoice', 'request'] as const) figures.missing.set({ kind }, missing[kind]);
}
