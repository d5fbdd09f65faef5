import { decide } from '@malipo/matching';
import type { Cause } from '@malipo/service-kit';
import { sumCents } from '@malipo/values';
import { engineRules } from '../domain/house-rules.ts';
import type { Match } from '../domain/match.ts';
import { actAlike, type BriefDecision, briefOf, briefOfMatch, type OutcomeOfRun } from '../domain/run.ts';
import { beginUnit } from '../domain/unit.ts';
import type { OutcomeDoc, RunDoc } from '../store/collections.ts';
import { toMatch } from '../store/match-doc.ts';
import { unresolvedIn } from '../store/runs.ts';
import { decidePayment } from './decide-payment.ts';
import { breather, copyOfMemory, playPast } from './play-past.ts';
import type { Decisions, Deps } from './work.ts';

type Played = OutcomeOfRun & { queuedAt: Date };

/** Outcomes written together. */
const AT_ONCE = 100;

/**
 * A dry run: says what would change, and changes nothing. It keeps no place, so one that was interrupted begins anew.
 * @returns false where it has to stop before the end
 */
export async function playRun(deps: Deps, run: RunDoc, owner: string): Promise<boolean> {
  const lease = () => ({ owner, now: deps.now() });
  if (!(await deps.runStore.forget(run._id, lease()))) return false;
  const played = run.scope === 'all' ? playAll(deps, run) : playUnresolved(deps, run);
  let batch: OutcomeDoc[] = [];
  const write = () => {
    const rows = batch;
    batch = [];
    return deps.runStore.begin(run._id, lease(), rows);
  };
  for await (const one of played) {
    if (deps.stopping.aborted) return false;
    batch.push(toDoc(run, one, deps.now()));
    if (batch.length >= AT_ONCE && !(await write())) return false;
  }
  return write();
}

const toDoc = (run: RunDoc, { queuedAt, ...outcome }: Played, at: Date): OutcomeDoc => ({
  _id: `${run._id}:${outcome.paymentId}`,
  organisationId: run.organisationId,
  runId: run._id,
  position: `${queuedAt.toISOString()} ${outcome.paymentId}`,
  ...outcome,
  done: true,
  at,
});

/** Every payment of the period: what was decided when it came in, against what would be decided now. */
async function* playAll(deps: Deps, run: RunDoc): AsyncGenerator<Played> {
  const rules = await rulesOf(deps, run);
  for await (const { payment, taken, state } of playPast(deps, run.organisationId, run)) {
    state.rules = { ...rules, minConfidence: state.rules.minConfidence };
    const at = new Date(payment.receivedAt);
    yield compared(payment.paymentId, at, briefOf(taken), briefOf(decide(state, payment)));
  }
}

/** The live run, played on copies that are thrown away: each decision sees what the ones before it would have done. */
async function* playUnresolved(deps: Deps, run: RunDoc): AsyncGenerator<Played> {
  const { organisationId } = run;
  const row = await deps.reads.organisation(organisationId);
  const mode = row?.mode ?? 'test';
  const state = await copyOfMemory(deps, organisationId);
  state.rules = { ...(await rulesOf(deps, run)), minConfidence: state.rules.minConfidence };
  const open = new Map((await deps.reads.openReceivables([organisationId])).map((one) => [one.invoiceId, one]));
  const unit: Decisions = beginUnit({
    organisationId,
    seq: row?.seq ?? null,
    mode,
    at: deps.now(),
    state,
    receivable: (id) => open.get(id),
    owedBefore: (customerId, currency) =>
      sumCents(
        [...open.values()]
          .filter((one) => one.customerId === customerId && one.currency === currency)
          .map((one) => one.balanceCents),
      ),
  });
  const cause: Cause = { correlationId: run.cause, causationId: run._id, traceparent: null };
  const breathe = breather();
  const docs = deps.collections.matches.find(unresolvedIn(organisationId, mode, run)).sort({ queuedAt: 1, _id: 1 });
  for await (const doc of docs) {
    const match: Match = toMatch(doc);
    const next = decidePayment(unit, match, cause, 'dry run');
    yield compared(match.paymentId, doc.queuedAt, briefOfMatch(match), briefOfMatch(next));
    await breathe();
  }
}

async function rulesOf(deps: Deps, run: RunDoc) {
  const row = await deps.reads.organisation(run.organisationId);
  return engineRules(run.rules ?? row?.rules);
}

function compared(paymentId: string, queuedAt: Date, before: BriefDecision, after: BriefDecision): Played {
  const { outcome } = after;
  const known = outcome === 'auto' || outcome === 'suggested' || outcome === 'unmatched' ? outcome : 'unchanged';
  return { paymentId, queuedAt, before, after, outcome: actAlike(before, after) ? 'unchanged' : known };
}
