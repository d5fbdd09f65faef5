import { isCurrent, type Model, PRIOR } from '@malipo/matching';
import { type Learning, NOT_LEARNED, raisedThreshold } from '../domain/learning.ts';
import type { Deps } from './work.ts';

/** What an organisation decides by, beside its house rules. */
export type InForce = { model: Model; learning: Learning; minConfidence: number };

/** As memory takes it from the organisation's row: the shipped model where its own is none of this engine's. */
export async function inForce({ reads }: Deps, organisationId: string): Promise<InForce> {
  const learning = (await reads.organisations([organisationId])).get(organisationId)?.learning ?? NOT_LEARNED;
  const own = learning.champion ? (await reads.model(organisationId, learning.champion))?.model : undefined;
  const usable = own && isCurrent(own) ? own : null;
  const model = usable ?? PRIOR;
  const champion = usable && learning.champion;
  return { model, learning: { ...learning, champion }, minConfidence: raisedThreshold(model, learning.caution) };
}
