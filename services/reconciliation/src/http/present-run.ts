import type { RunView } from '@malipo/api-contracts';
import type { Deps } from '../commands/work.ts';
import type { RunDoc } from '../store/collections.ts';

/**
 * A run is added up once it has ended by itself; one that is under way, or was cancelled in the middle of a slice, as it is
 * read, while its outcomes are kept.
 */
export async function presentRun({ runStore }: Deps, run: RunDoc): Promise<RunView> {
  const isAddedUp = run.status === 'done' || run.status === 'failed';
  const now = isAddedUp ? run : await runStore.countsOf(run._id);
  return toRunView(now.looked < run.looked ? run : { ...run, counts: now.counts, looked: now.looked });
}

/** A run in the API's words, as far as its row says. */
export function toRunView(run: RunDoc): RunView {
  const ended = run.status === 'done';
  return {
    id: run._id,
    status: run.status,
    dryRun: run.dryRun,
    scope: run.scope,
    from: run.from.toISOString(),
    to: run.to.toISOString(),
    progress: {
      total: run.total,
      looked: run.looked,
      share: ended ? 1 : Math.min(1, run.total === 0 ? 0 : run.looked / run.total),
    },
    counts: run.counts,
    startedBy: run.startedBy,
    createdAt: run.createdAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
    error: run.error,
  };
}
