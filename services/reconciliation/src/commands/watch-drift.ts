import { look, overconfidence, type Statistics, shift } from '../domain/drift.ts';
import { isRight, type Judgement } from '../domain/judgement.ts';
import type { Learning, ModelChange } from '../domain/learning.ts';
import { ENGINE } from '../domain/match.ts';
import type { LearnerDoc } from '../store/learning.ts';
import { changeModels } from './change-models.ts';
import type { Deps } from './work.ts';

/** Windows that drift is looked for in, and how much must have happened between two looks. */
const RECENT = 200;
const EARLIER = 1_000;
const LEAST_EARLIER = 300;
const LEAST_JUDGED = 30;
const LOOK_EVERY = 50;
const NOTHING_NEW: Statistics = { overconfidence: 0, shift: 0 };

/** Has enough happened since the last look to look again? */
export const isDue = (learner: LearnerDoc): boolean => learner.unlooked >= LOOK_EVERY;

/** Looks for drift, and lets caution follow. */
export async function watchDrift(deps: Deps, learner: LearnerDoc, learning: Learning): Promise<void> {
  const statistics = isDue(learner) ? await statisticsOf(deps, learner) : learner.statistics;
  // what was found at an earlier look was acted on then
  const drift = look(learner.drift, isDue(learner) ? statistics : NOTHING_NEW, deps.now());
  if (isDue(learner) || drift !== learner.drift) {
    const unlooked = isDue(learner) ? 0 : learner.unlooked;
    const { matchedCount } = await deps.collections.learners.updateOne(
      { _id: learner._id, seq: learner.seq, 'drift.changedAt': learner.drift.changedAt },
      { $set: { drift, statistics, unlooked } },
    );
    if (matchedCount === 0) return;
  }
  if (drift.caution !== learning.caution) await applyCaution(deps, learner._id);
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
