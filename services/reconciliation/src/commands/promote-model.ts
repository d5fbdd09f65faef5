import { isCurrent, PRIOR } from '@malipo/matching';
import { type Caller, ConflictError, NotFoundError } from '@malipo/service-kit';
import type { Learning } from '../domain/learning.ts';
import { changeModels } from './change-models.ts';
import type { Deps } from './work.ts';

/**
 * A person puts a model in force: a challenger, an earlier one, or the shipped one again. The same again changes nothing.
 * @throws {NotFoundError} model_not_found
 * @throws {ConflictError} model_outdated: fitted for an engine that saw other features; model_of_test_money: the
 * organisation is live
 */
export async function promoteModel(deps: Deps, caller: Caller, version: string, why: string): Promise<Learning> {
  const { organisationId, userId } = caller;
  const champion = version === PRIOR.version ? null : version;
  const own = champion ? await deps.reads.model(organisationId, champion) : null;
  const model = champion ? own?.model : PRIOR;
  if (!model) throw new NotFoundError('model_not_found', `there is no model ${version}; see the list of models`);
  if (!isCurrent(model))
    throw new ConflictError('model_outdated', `model ${version} was fitted for an earlier engine and cannot be used`);
  return changeModels(deps, organisationId, (now, mode) => {
    if (now.champion === champion) return null;
    if (mode === 'live' && own?.mode === 'test')
      throw new ConflictError(
        'model_of_test_money',
        `model ${version} was fitted to test money, before you went live; put in force one that was fitted since, or the shipped one`,
      );
    const challenger = now.challenger === champion ? null : now.challenger;
    return {
      learning: { ...now, champion, challenger, since: deps.now() },
      change: { kind: 'promoted', from: now.champion ?? PRIOR.version, to: version, who: userId, why },
    };
  });
}
