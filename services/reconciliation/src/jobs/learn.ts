import { type Job, pause } from '@malipo/service-kit';
import { judgeDecisions, NEW_LEARNER } from '../commands/judge-decisions.ts';
import { refitModel } from '../commands/refit-model.ts';
import { isDue, watchDrift } from '../commands/watch-drift.ts';
import { rollBack, weighChallenger } from '../commands/weigh-models.ts';
import type { Deps } from '../commands/work.ts';
import { MAX_CAUTION, NOT_LEARNED } from '../domain/learning.ts';
import type { OrganisationDoc } from '../store/collections.ts';
import { restBetween } from './rest.ts';

/** Learning from what people do; nothing here is in the way of a payment. */
export function learningJobs(deps: Deps): readonly Job[] {
  const judged = new Map<string, number>();
  let moved = 1;
  const judgeRound = async () => {
    moved = await judgeAll(deps, judged, restBetween(moved, deps.settings.judgeEveryMs));
  };
  return [
    { name: 'judge-decisions', everyMs: deps.settings.judgeEveryMs, run: judgeRound },
    { name: 'refit-models', everyMs: deps.settings.refitEveryMs, run: () => refitAll(deps) },
  ];
}

const REFIT_REST_MS = 5;

/**
 * Judges what organisations decided since the last look, and lets drift and evidence act on it.
 * @returns how many organisations had moved
 */
async function judgeAll(deps: Deps, judged: Map<string, number>, restMs: number): Promise<number> {
  const cautious = new Array<number>(MAX_CAUTION + 1).fill(0);
  let moved = 0;
  await forEach(deps, organisations(deps), async (row) => {
    const caution = row.learning?.caution ?? 0;
    cautious[caution] = (cautious[caution] ?? 0) + 1;
    if (judged.get(row._id) === row.seq) return;
    moved++;
    if (await learnFrom(deps, row)) judged.set(row._id, row.seq);
    await pause(restMs, deps.stopping);
  });
  for (let caution = 1; caution <= MAX_CAUTION; caution++)
    deps.figures.cautious.set({ caution: String(caution) }, cautious[caution] ?? 0);
  return moved;
}

/** What fails for one organisation must not keep the others waiting. @throws when it failed for any */
async function forEach<Row extends { _id: string }>(
  { stopping, log }: Deps,
  rows: AsyncIterable<Row>,
  work: (row: Row) => Promise<void>,
): Promise<void> {
  const failed: string[] = [];
  for await (const row of rows) {
    if (stopping.aborted) return;
    await work(row).catch((error: unknown) => {
      failed.push(row._id);
      log.warn({ organisationId: row._id, error: String(error) }, 'learning failed; it is tried again');
    });
  }
  if (failed.length > 0) throw new Error(`learning failed for ${failed.length} organisations`);
}

/** @returns false where another replica is at it */
async function learnFrom(deps: Deps, row: OrganisationDoc): Promise<boolean> {
  const before = (await deps.collections.learners.findOne({ _id: row._id })) ?? { _id: row._id, ...NEW_LEARNER };
  const learner = await judgeDecisions(deps, before, row.seq);
  if (!learner) return false;
  const learning = row.learning ?? NOT_LEARNED;
  await watchDrift(deps, learner, learning);
  await rollBack(deps, row._id, learning);
  if (isDue(learner)) await weighChallenger(deps, row._id, learning);
  return true;
}

/** Time alone is evidence, too: what stood long enough counts, and a quiet week takes caution back. */
async function refitAll(deps: Deps): Promise<void> {
  await forEach(deps, deps.collections.learners.find(), async (before) => {
    const row = await deps.reads.organisation(before._id);
    const learner = row && (await judgeDecisions(deps, before, row.seq));
    if (!learner) return;
    const learning = row.learning ?? NOT_LEARNED;
    await watchDrift(deps, learner, learning);
    await rollBack(deps, row._id, learning);
    await weighChallenger(deps, row._id, learning);
    await refitModel(deps, row, learner);
    await pause(REFIT_REST_MS, deps.stopping);
  });
}

const organisations = ({ collections }: Deps) =>
  collections.organisations.find({}, { projection: { seq: 1, mode: 1, learning: 1, rules: 1 } });
