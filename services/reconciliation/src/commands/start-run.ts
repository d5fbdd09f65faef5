import { MAX_RUN_DAYS } from '@malipo/api-contracts';
import { type Caller, ConflictError, InvalidError, isDuplicateKey, NotFoundError } from '@malipo/service-kit';
import type { HouseRules } from '../domain/house-rules.ts';
import { NO_COUNTS, type RunScope } from '../domain/run.ts';
import type { RunDoc } from '../store/collections.ts';
import { unresolvedIn } from '../store/runs.ts';
import type { Deps } from './work.ts';

export type RunOrder = { from: Date; to: Date; dryRun: boolean; scope: RunScope; rules: HouseRules | null };

/**
 * Queues a run over a period; the job takes it from there.
 * @throws {InvalidError} period_invalid, scope_needs_dry_run, rules_need_dry_run
 * @throws {ConflictError} run_active: an organisation has one at a time
 */
export async function startRun(deps: Deps, caller: Caller, order: RunOrder, cause: string): Promise<RunDoc> {
  check(order);
  const { organisationId } = caller;
  const row = await deps.reads.organisation(organisationId);
  const mode = row?.mode ?? 'test';
  const within = { $gte: order.from, $lt: order.to };
  const total = await deps.collections.matches.countDocuments(
    order.scope === 'all' ? { organisationId, mode, queuedAt: within } : unresolvedIn(organisationId, mode, order),
  );
  const run: RunDoc = {
    _id: deps.newId(),
    organisationId,
    status: 'queued',
    active: true,
    ...order,
    startedBy: caller.userId,
    cause,
    createdAt: deps.now(),
    finishedAt: null,
    error: null,
    total,
    looked: 0,
    counts: NO_COUNTS,
    at: null,
    lease: null,
    failures: 0,
  };
  try {
    await deps.collections.runs.insertOne(run);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw new ConflictError('run_active', 'a run is under way already; wait for it or cancel it');
  }
  deps.log.info({ organisationId, runId: run._id, dryRun: order.dryRun, total }, 'run started');
  return run;
}

/**
 * Stops a run where it is; what it applied by then stays applied. Again changes nothing.
 * @throws {NotFoundError} run_not_found
 * @throws {ConflictError} run_ended
 */
export async function cancelRun(deps: Deps, { organisationId }: Caller, runId: string): Promise<RunDoc> {
  await deps.runStore.cancel(runId, organisationId, deps.now());
  const run = await deps.collections.runs.findOne({ _id: runId, organisationId });
  if (!run) throw new NotFoundError('run_not_found', `there is no run ${runId}`);
  if (run.status !== 'cancelled') throw new ConflictError('run_ended', `the run is ${run.status} already`);
  return run;
}

function check({ from, to, dryRun, scope, rules }: RunOrder): void {
  const span = to.getTime() - from.getTime();
  const refused = (message: string, detail: string) =>
    new InvalidError('period_invalid', message, { fields: [{ pointer: '#/to', detail }] });
  if (span <= 0) throw refused(`from must be before to, by at most ${MAX_RUN_DAYS} days`, 'after from');
  const allowed = `at most ${MAX_RUN_DAYS} days after from`;
  if (span > MAX_RUN_DAYS * 86_400_000)
    throw refused(`the period is too long: to must be ${allowed}; take several runs`, allowed);
  if (scope === 'all' && !dryRun)
    throw new InvalidError('scope_needs_dry_run', 'money that is settled is not matched again; set dryRun', {
      fields: [{ pointer: '#/scope', detail: 'only dry' }],
    });
  if (rules && !dryRun)
    throw new InvalidError('rules_need_dry_run', 'other rules are only tried; set dryRun, or change the rules first', {
      fields: [{ pointer: '#/rules', detail: 'only dry' }],
    });
}
