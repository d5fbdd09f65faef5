import { AppError, type Cause, isInfrastructureError, pause, RaceLostError } from '@malipo/service-kit';
import type { Match } from '../domain/match.ts';
import { briefOfMatch, resultOf } from '../domain/run.ts';
import type { OutcomeDoc, RunDoc } from '../store/collections.ts';
import { toMatch } from '../store/match-doc.ts';
import { unresolvedIn } from '../store/runs.ts';
import { decideInUnit, decideOpen } from './decide-again.ts';
import { playRun } from './play-run.ts';
import type { Deps } from './work.ts';

/** Live events wait for at most so many decisions and one write. */
const AT_ONCE = 20;
const REST_MS = 20;
const MAX_FAILURES = 5;

/**
 * Takes a run that nobody works on, and works on it until it ends, is cancelled, or this process stops. Whatever kills
 * it, another replica goes on where the last slice was written.
 */
export async function workRuns(deps: Deps, owner: string): Promise<void> {
  const lease = () => ({ owner, now: deps.now() });
  const run = await deps.runStore.claim(lease());
  if (!run) return;
  const letGo = (failures: number) => deps.runStore.release(run._id, lease(), failures);
  const stopBeating = deps.runStore.keepAlive(run._id, owner, deps.now);
  try {
    const done = run.dryRun ? await playRun(deps, run, owner) : await matchAgain(deps, run, owner);
    if (done) await deps.runStore.finish(run._id, lease(), 'done');
    else await letGo(run.failures);
  } catch (error) {
    if (isInfrastructureError(error)) throw error; // the lease runs out by itself
    if (error instanceof RaceLostError) {
      await letGo(run.failures);
      return;
    }
    const failures = run.failures + 1;
    deps.log.warn({ runId: run._id, failures, error: String(error) }, 'run failed');
    if (failures < MAX_FAILURES) await letGo(failures);
    else await deps.runStore.finish(run._id, lease(), 'failed', error instanceof AppError ? error.code : 'internal');
  } finally {
    stopBeating();
  }
}

/** What the run says as its reason in a match's history; it also tells a later worker what is done. */
const signatureOf = (run: RunDoc): string => `run ${run._id}`;

/** Decides again on unresolved money in slices. @returns false where it has to stop before the end */
async function matchAgain(deps: Deps, run: RunDoc, owner: string): Promise<boolean> {
  let at = run.at;
  while (!deps.stopping.aborted) {
    const rows = await nextSlice(deps, run, owner, at);
    if (!rows) return false;
    const last = rows.at(-1);
    if (!last) return true;
    await decideSlice(deps, run, rows);
    at = { queuedAt: new Date(last.position.slice(0, last.position.lastIndexOf(' '))), id: last.paymentId };
    if (!(await deps.runStore.advance(run._id, { owner, now: deps.now() }, at))) return false;
    await pause(REST_MS, deps.stopping);
  }
  return false;
}

/**
 * What a crash left half done comes first; then the next of the queue, noted before anything is decided.
 * @returns undefined where the run was cancelled or taken over
 */
async function nextSlice(deps: Deps, run: RunDoc, owner: string, at: RunDoc['at']): Promise<OutcomeDoc[] | undefined> {
  const begun = await deps.runStore.begun(run._id);
  if (begun.length > 0) return begun;
  const row = await deps.reads.organisation(run.organisationId);
  const filter = unresolvedIn(run.organisationId, row?.mode ?? 'test', run);
  const rows = (await deps.runStore.unresolved(filter, at, AT_ONCE)).map((doc) =>
    outcomeOf(run, doc.queuedAt, toMatch(doc), deps.now()),
  );
  return (await deps.runStore.begin(run._id, { owner, now: deps.now() }, rows)) ? rows : undefined;
}

const outcomeOf = (run: RunDoc, queuedAt: Date, match: Match, at: Date): OutcomeDoc => ({
  _id: `${run._id}:${match.paymentId}`,
  organisationId: run.organisationId,
  runId: run._id,
  position: `${queuedAt.toISOString()} ${match.paymentId}`,
  paymentId: match.paymentId,
  outcome: 'unchanged',
  before: briefOfMatch(match),
  after: null,
  done: false,
  at,
});

/** The same engine, guards and commit as for an event; a payment that is settled by now is left alone. */
async function decideSlice(deps: Deps, run: RunDoc, rows: readonly OutcomeDoc[]): Promise<void> {
  const ids = rows.map((row) => row.paymentId);
  const cause: Cause = { correlationId: run.cause, causationId: run._id, traceparent: null };
  await decideInUnit(deps, run.organisationId, async (unit) => {
    const matches = await deps.reads.matches(ids);
    const waiting = ids.flatMap((id) => matches.get(id) ?? []).filter((match) => !match.byPerson);
    decideOpen(unit, waiting, cause, signatureOf(run));
  });
  const now = await deps.reads.matches(ids);
  await deps.runStore.conclude(
    rows.map(({ _id, paymentId }) => {
      const match = now.get(paymentId);
      if (!match) return { _id, outcome: 'gone' as const, after: null };
      return { _id, outcome: resultOf(match, signatureOf(run)), after: briefOfMatch(match) };
    }),
  );
}
