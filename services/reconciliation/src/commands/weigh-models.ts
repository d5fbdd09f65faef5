import { isCurrent, PRIOR } from '@malipo/matching';
import type { Learning } from '../domain/learning.ts';
import { ENGINE } from '../domain/match.ts';
import { type Comparison, compare, LEAST_OVERTURNS, mustRollBack, weigh } from '../domain/promotion.ts';
import type { ModelDoc } from '../store/learning.ts';
import { changeModels } from './change-models.ts';
import { type Deps, stoodBefore } from './work.ts';

/** Payments that champion and challenger are compared on. */
const COMPARED = 5_000;

/** Lets evidence decide on a challenger: it takes over, is let go, or goes on being scored; one of an earlier engine goes. */
export async function weighChallenger(deps: Deps, organisationId: string, learning: Learning): Promise<void> {
  const { challenger } = learning;
  const comparison = await liveComparison(deps, organisationId, learning);
  if (!challenger || !comparison) return;
  const isUsable = (await usable(deps, organisationId, challenger)) !== null;
  const { act, why } = isUsable ? weigh(comparison) : { act: 'withdraw', why: OUTDATED };
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

/** What the champion in force and the challenger said about the same live payments; null without a challenger. */
export async function liveComparison(
  deps: Deps,
  organisationId: string,
  { champion, challenger }: Learning,
): Promise<Comparison | null> {
  if (!challenger) return null;
  const since = (await deps.reads.model(organisationId, challenger))?.createdAt ?? new Date(0);
  const time = { since, stoodBefore: stoodBefore(deps) };
  const rows = await deps.judgements.scoredBy(organisationId, challenger, time, COMPARED);
  const own = rows.filter((row) => row.model === (champion ?? PRIOR.version));
  return compare(own, time.stoodBefore);
}

/** A champion whose automatic decisions are taken back too often goes; so does one that this engine cannot use. */
export async function rollBack(deps: Deps, organisationId: string, { champion, since }: Learning): Promise<void> {
  if (!champion || !since) return;
  const doc = await usable(deps, organisationId, champion);
  const why = doc ? await overturnsOf(deps, organisationId, champion, since) : OUTDATED;
  if (!why) return;
  // the shipped model that it was fitted beside may have been replaced since
  const parent = doc && (await usable(deps, organisationId, doc.parent)) ? doc.parent : null;
  await changeModels(deps, organisationId, (now) => {
    if (now.champion !== champion) return null;
    return {
      learning: {
        ...now,
        champion: parent,
        challenger: null,
        since: deps.now(),
      },
      change: { kind: 'rolled_back', from: champion, to: parent ?? PRIOR.version, who: ENGINE, why },
    };
  });
}

/** A model of the organisation's own, where this engine can decide by it. */
async function usable({ reads }: Deps, organisationId: string, version: string): Promise<ModelDoc | null> {
  const doc = await reads.model(organisationId, version);
  return doc && isCurrent(doc.model) ? doc : null;
}

const OUTDATED = 'it was fitted for an earlier engine';

/** In words, where a model's automatic decisions are taken back more often than is tolerated; null where they are not. */
async function overturnsOf(
  { judgements }: Deps,
  organisationId: string,
  champion: string,
  since: Date,
): Promise<string | null> {
  const overturned = await judgements.overturned(organisationId, champion, since);
  if (overturned < LEAST_OVERTURNS) return null;
  const automatic = await judgements.automatic(organisationId, champion, since);
  return mustRollBack(automatic, overturned)
    ? `${overturned} of its ${automatic} automatic decisions were taken back`
    : null;
}
