import { isCurrent, PRIOR } from '@malipo/matching';
import { engineRules } from '../domain/house-rules.ts';
import type { Judgement } from '../domain/judgement.ts';
import type { Learning } from '../domain/learning.ts';
import { ENGINE } from '../domain/match.ts';
import type { Fitted } from '../learning/fit-organisation.ts';
import { fitInWorker } from '../learning/in-worker.ts';
import type { LoggedCommit } from '../learning/replay.ts';
import type { OrganisationDoc } from '../store/collections.ts';
import { type LearnerDoc, type ModelDoc, modelId } from '../store/learning.ts';
import { type Changed, changeModels } from './change-models.ts';
import { type Deps, stoodBefore } from './work.ts';

/** Judged payments that a refit looks at: the latest. */
const WINDOW = 5_000;
/** A commit holds up to a slice of payments: more at once would hold up the event loop. */
const COMMITS_AT_ONCE = 10;
/** A challenger that proved nothing for so long makes room for a newer one. */
const CHALLENGER_DAYS = 30;
const LEASE_MS = 600_000;
const DAY_MS = 86_400_000;

/**
 * Refits an organisation's model from what people decided since, and makes it the challenger, unless it went live meanwhile.
 * One replica does it; a refit that dies is done again when its claim runs out.
 * @param learner at least as far as `row`: then no test money of who went live is among what it learns from
 * @returns the new version; null where it is not time, or another replica is at it
 */
export async function refitModel(deps: Deps, row: OrganisationDoc, learner: LearnerDoc): Promise<string | null> {
  if (!(await isTime(deps, row, learner)) || (await hasYoungChallenger(deps, row))) return null;
  if (!(await claim(deps, learner))) return null;
  const stop = deps.figures.refitSeconds.startTimer();
  const byPeople = await deps.judgements.byPeople(row._id, deps.settings.refitAfter);
  if (byPeople < deps.settings.refitAfter) return release(deps, learner, null);
  const judgements = await deps.judgements.known(row._id, stoodBefore(deps), WINDOW);
  const fitted = await fit(deps, row, judgements);
  const doc = toDoc(row, judgements, fitted, deps.now());
  await deps.collections.models.insertOne(doc);
  await changeModels(deps, row._id, (now, mode) => (mode === row.mode ? challenging(now, doc) : null));
  stop();
  return release(deps, learner, doc.version);
}

/** After so many decisions; at once where what they taught is in a model of another engine alone, since the log still has it. */
async function isTime(deps: Deps, { _id }: OrganisationDoc, { decisionsSinceFit }: LearnerDoc): Promise<boolean> {
  if (decisionsSinceFit >= deps.settings.refitAfter) return true;
  const newest = await deps.reads.newestModel(_id);
  return newest !== null && !isCurrent(newest.model);
}

const challenging = (now: Learning, { version, training: { payments, byPeople } }: ModelDoc): Changed => ({
  learning: { ...now, challenger: version },
  change: {
    kind: 'challenged',
    from: now.champion ?? PRIOR.version,
    to: version,
    who: ENGINE,
    why: `${byPeople} decisions of people and ${payments - byPeople} that stood`,
  },
});

/** The decisions that this refit saw, or found to be too few after all, are not waited for again. */
async function release<T>({ collections }: Deps, { _id, decisionsSinceFit }: LearnerDoc, result: T): Promise<T> {
  await collections.learners.updateOne(
    { _id },
    { $set: { fittingUntil: null }, $inc: { decisionsSinceFit: -decisionsSinceFit } },
  );
  return result;
}

async function hasYoungChallenger(deps: Deps, { _id, learning }: OrganisationDoc): Promise<boolean> {
  if (!learning?.challenger) return false;
  const model = await deps.reads.model(_id, learning.challenger);
  if (!model || !isCurrent(model.model)) return false;
  return deps.now().getTime() - model.createdAt.getTime() < CHALLENGER_DAYS * DAY_MS;
}

async function claim({ collections, now }: Deps, { _id, decisionsSinceFit }: LearnerDoc): Promise<boolean> {
  const { modifiedCount } = await collections.learners.updateOne(
    {
      _id,
      decisionsSinceFit: { $gte: decisionsSinceFit },
      $or: [{ fittingUntil: null }, { fittingUntil: { $lt: now() } }],
    },
    { $set: { fittingUntil: new Date(now().getTime() + LEASE_MS) } },
  );
  return modifiedCount === 1;
}

async function fit(deps: Deps, row: OrganisationDoc, judgements: readonly Judgement[]): Promise<Fitted> {
  const { champion = null } = row.learning ?? {};
  const model = champion ? (await deps.reads.model(row._id, champion))?.model : undefined;
  const order = {
    type: 'order' as const,
    organisationId: row._id,
    rules: engineRules(row.rules),
    champion: model && isCurrent(model) ? model : null,
    judgements,
    stoodBefore: stoodBefore(deps),
    version: await nextVersion(deps, row._id),
    trainedOn: deps.now().toISOString().slice(0, 10),
  };
  const until = Math.max(0, ...judgements.map((one) => one.decidedSeq));
  return fitInWorker(order, logUntil(deps, row._id, until), deps.stopping);
}

/** `org-1`, `org-2` …: numbered within the organisation. */
async function nextVersion({ collections }: Deps, organisationId: string): Promise<string> {
  return `org-${(await collections.models.countDocuments({ organisationId })) + 1}`;
}

async function* logUntil({ reads }: Deps, organisationId: string, until: number): AsyncGenerator<LoggedCommit[]> {
  for (let seq = 0; seq < until; ) {
    const docs = await reads.factsAfter(new Map([[organisationId, seq]]), COMMITS_AT_ONCE);
    if (docs.length === 0) return;
    const commits = docs.map(({ _id, facts }) => ({ seq: Number(_id.slice(_id.lastIndexOf(':') + 1)), facts }));
    seq = commits.at(-1)?.seq ?? until;
    yield commits.filter((commit) => commit.seq <= until);
  }
}

function toDoc(row: OrganisationDoc, judgements: readonly Judgement[], fitted: Fitted, now: Date): ModelDoc {
  const { version } = fitted.model;
  return {
    _id: modelId(row._id, version),
    organisationId: row._id,
    version,
    parent: row.learning?.champion ?? PRIOR.version,
    createdAt: now,
    mode: row.mode,
    model: fitted.model,
    training: {
      payments: judgements.length,
      byPeople: judgements.filter((one) => one.verdict !== null).length,
      from: judgements[0]?.at ?? now,
      until: judgements.at(-1)?.at ?? now,
    },
    evaluation: fitted.evaluation,
    shipped: fitted.shipped,
    champion: fitted.champion,
  };
}
