import { isCurrent, type Model, PRIOR } from '@malipo/matching';
import { type Learning, NOT_LEARNED, raisedThreshold } from '../domain/learning.ts';
import type { OrganisationDoc } from '../store/collections.ts';
import type { Deps } from './work.ts';

/** What an organisation decides by, beside its house rules. */
export type InForce = { model: Model; learning: Learning; minConfidence: number };

/** As memory takes it from the organisation's row: the shipped model where its own is none of this engine's. */
export async function inForce({ reads }: Deps, organisationId: string): Promise<InForce> {
  return inForceBy({ reads }, organisationId, await reads.organisation(organisationId));
}

/** The same for one who has the row. */
export async function inForceBy(
  { reads }: Pick<Deps, 'reads'>,
  organisationId: string,
  row: OrganisationDoc | undefined,
): Promise<InForce> {
  const learning = row?.learning ?? NOT_LEARNED;
  const own = learning.champion ? (await reads.model(organisationId, learning.champion))?.model : undefined;
  const usable = own && isCurrent(own) ? own : null;
  const model = usable ?? PRIOR;
  const champion = usable && learning.champion;
  return { model, learning: { ...learning, champion }, minConfidence: raisedThreshold(model, learning.caution) };
}
