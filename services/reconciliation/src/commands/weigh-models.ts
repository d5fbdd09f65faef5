import { PRIOR } from '@malipo/matching';
import { look, overconfidence, type Statistics, shift } from '../domain/drift.ts';
import { isRight, type Judgement } from '../domain/judgement.ts';
import type { Learning, ModelChange } from '../domain/learning.ts';
import { ENGINE } from '../domain/match.ts';
import { type Comparison, compare, mustRollBack, weigh } from '../domain/promotion.ts';
import { type LearnerDoc, type ModelDoc, modelId } from '../store/learning.ts';
import { changeModels } from './change-models.ts';
import type { Deps } from './work.ts';

/** Windows that drift is looked for in, and how much must have happened between two looks. */
const RECENT = 200;
const EARLIER = 1_000;
const LEAST_EARLIER = 300;
const LEAST_JUDGED = 30;
const LOOK_EVERY = 50;
/** Payments that champion and challenger are compared on. */
const COMPARED = 5_000;
const NOTHING_NEW: Statistics = { overconfidence: 0, shift: 0 };
const DAY_MS = 86_400_000;

/** Before this moment an automatic decision that nobody took back counts as right. */
export const stoodBefore = (deps: Deps): Date =>
  new Date(deps.now().getTime() - deps.settings.standsAfterDays * DAY_MS);

/** Looks for drift, and lets caution follow. @returns the learner as it now stands */
export async function watchDrift(deps: Deps, learner: LearnerDoc, learning: Learning): Promise<LearnerDoc> {
  const isDue = learner.unlooked >= LOOK_EVERY;
  const statistics = isDue ? await statisticsOf(deps, learner) : learner.statistics;
  // what was found at an earlier look was acted on then
  const drift = look(learner.drift, isDue ? statistics : NOTHING_NEW, deps.now());
  if (isDue || drift !== learner.drift) {
    const unlooked = isDue ? 0 : learner.unlooked;
    const { matchedCount } = await deps.collections.learners.updateOne(
      { _id: learner._id, seq: learner.seq },
      { $set: { drift, statistics, unlooked } },
    );
    if (matchedCount === 0) return learner;
  }
  if (drift.caution !== learning.caution) await applyCaution(deps, learner._id);
  return { ...learner, drift, statistics };
}

/** Only what was decided or judged since caution last changed speaks for a further step. */
async function statisticsOf({ judgements }: Deps, { _id, drift }: LearnerDoc): Promise<Statistics> {
  const since = drift.changedAt ?? new Date(0);
  const judged = (await judgements.judgedAfter(_id, since, RECENT)).flatMap((row) => {
    const right = isRight(row, row.proposal, since);
    return row.confidence === null || right === null || row.outcome === 'auto'
      ? []
      : { confidence: row.confidence, right };
  });
  const latest = (await judgements.latest(_id, RECENT + EARLIER)).map((row) => ({ ...row, isNew: row.at > since }));
  const recent = latest.slice(0, RECENT).filter((row) => row.isNew);
  const earlier = latest.slice(RECENT);
  const confidenceOf = (row: Judgement) => row.confidence;
  return {
    overconfidence: judged.length < LEAST_JUDGED ? 0 : overconfidence(judged),
    shift:
      recent.length < RECENT || earlier.length < LEAST_EARLIER
        ? 0
        : shift(earlier.map(confidenceOf), recent.map(confidenceOf)),
  };
}

/** The learner's caution becomes the organisation's; whatever another replica wrote meanwhile is read again. */
const applyCaution = (deps: Deps, organisationId: string): Promise<Learning> =>
  changeModels(deps, organisationId, async (now) => {
    const learner = await deps.collections.learners.findOne({ _id: organisationId });
    if (!learner || now.caution === learner.drift.caution) return null;
    const { caution, alarm } = learner.drift;
    const isRaised = caution > now.caution;
    const why =
      isRaised && alarm
        ? `${alarm.kind}: ${alarm.statistic.toFixed(2)} is above ${alarm.limit}`
        : 'no alarm for a week and a hundred good outcomes';
    if (isRaised)
      deps.log.warn({ organisationId, caution, ...alarm }, 'drift: automatic decisions need more confidence');
    const kind: ModelChange['kind'] = isRaised ? 'threshold_raised' : 'threshold_lowered';
    const change = { kind, from: `caution ${now.caution}`, to: `caution ${caution}`, who: ENGINE, why };
    return { learning: { ...now, caution }, change, evidence: learner.statistics };
  });

/** Lets evidence decide: a challenger takes over or is let go, a champion that is taken back too often goes. */
export async function weighModels(deps: Deps, organisationId: string, learning: Learning): Promise<void> {
  await rollBack(deps, organisationId, learning);
  const { challenger } = learning;
  if (!challenger) return;
  const comparison = await liveComparison(deps, organisationId, challenger);
  const { act, why } = weigh(comparison);
  if (act === 'wait') return;
  await changeModels(deps, organisationId, (now) => {
    if (now.challenger !== challenger || now.champion !== learning.champion) return null;
    const from = now.champion ?? PRIOR.version;
    if (act === 'withdraw')
      return {
        learning: { ...now, challenger: null },
        change: { kind: 'withdrawn', from: challenger, to: from, who: ENGINE, why },
        evidence: comparison,
      };
    return {
      learning: { ...now, champion: challenger, challenger: null, since: deps.now() },
      change: { kind: 'promoted', from, to: challenger, who: ENGINE, why },
      evidence: comparison,
    };
  });
}

/** What champion and challenger said about the same live payments. */
export async function liveComparison(deps: Deps, organisationId: string, challenger: string): Promise<Comparison> {
  const model = await modelOf(deps, organisationId, challenger);
  const since = model?.createdAt ?? new Date(0);
  return compare(await deps.judgements.scoredBy(organisationId, challenger, since, COMPARED), stoodBefore(deps));
}

export const modelOf = async (
  { reads }: Deps,
  organisationId: string,
  version: string,
): Promise<ModelDoc | undefined> => (await reads.models([modelId(organisationId, version)]))[0];

async function rollBack(deps: Deps, organisationId: string, { champion, since }: Learning): Promise<void> {
  if (!champion || !since) return;
  const { automatic, overturned } = await deps.judgements.overturned(organisationId, champion, since);
  if (!mustRollBack(automatic, overturned)) return;
  const parent = (await modelOf(deps, organisationId, champion))?.parent ?? PRIOR.version;
  await changeModels(deps, organisationId, (now) => {
    if (now.champion !== champion) return null;
    const to = parent === PRIOR.version ? null : parent;
    return {
      learning: { ...now, champion: to, challenger: null, since: deps.now() },
      change: {
        kind: 'rolled_back',
        from: champion,
        to: parent,
        who: ENGINE,
        why: `${overturned} of its ${automatic} automatic decisions were taken back`,
      },
    };
  });
}
