import { ModelDetail, ModelList, PromoteModel } from '@malipo/api-contracts';
import { PRIOR } from '@malipo/matching';
import { type App, NotFoundError, type TypedApp, typed } from '@malipo/service-kit';
import { z } from 'zod';
import { inForce } from '../commands/in-force.ts';
import { promoteModel } from '../commands/promote-model.ts';
import type { Deps } from '../commands/work.ts';
import { numbersOf, toModelView, toShippedView } from './present-model.ts';

const tags = ['reconciliation'];
const security = [{ bearer: [] }];
const PATH = '/api/v1/reconciliation/models';
const params = z.object({ version: z.string().min(1).max(60).describe('as the list names it') });
/** Versions and changes that are shown. */
const SHOWN = 100;

/** Versions of what was learned, side by side, and which of them decides. */
export function modelRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  listRoute(routes, deps);
  readRoute(routes, deps);
  promoteRoute(routes, deps);
}

const listRoute = (routes: TypedApp, deps: Deps) =>
  routes.get(
    PATH,
    {
      schema: {
        tags,
        security,
        summary: 'Model versions side by side, which one decides, and what was changed about it',
        response: { 200: ModelList },
      },
    },
    ({ caller }) => listModels(deps, caller.organisationId),
  );

const readRoute = (routes: TypedApp, deps: Deps) =>
  routes.get(
    `${PATH}/:version`,
    {
      schema: {
        tags,
        security,
        summary: 'One model, number by number beside the shipped one',
        params,
        response: { 200: ModelDetail },
      },
    },
    ({ caller, params: { version } }) => oneModel(deps, caller.organisationId, version),
  );

const promoteRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    `${PATH}/:version/promote`,
    {
      config: { roles: ['admin'], codes: { 409: ['model_outdated', 'model_of_test_money'] } },
      schema: {
        tags,
        security,
        summary: 'Put a model in force: a challenger, an earlier one, or the shipped one again',
        params,
        body: PromoteModel,
        response: { 200: ModelList },
      },
    },
    async ({ caller, params: { version }, body }) => {
      await promoteModel(deps, caller, version, body.reason);
      return listModels(deps, caller.organisationId);
    },
  );

async function listModels(deps: Deps, organisationId: string): Promise<ModelList> {
  const { learning } = await inForce(deps, organisationId);
  const { models, modelChanges } = deps.collections;
  const [own, changes] = await Promise.all([
    models.find({ organisationId }).sort({ createdAt: -1 }).limit(SHOWN).toArray(),
    modelChanges.find({ organisationId }).sort({ _id: -1 }).limit(SHOWN).toArray(),
  ]);
  return {
    data: [toShippedView(learning), ...(await Promise.all(own.map((doc) => toModelView(deps, doc, learning))))],
    changes: changes.map(({ at, kind, from, to, who, why }) => ({ at: at.toISOString(), kind, from, to, who, why })),
  };
}

/** @throws {NotFoundError} model_not_found */
async function oneModel(deps: Deps, organisationId: string, version: string): Promise<ModelDetail> {
  const { learning } = await inForce(deps, organisationId);
  if (version === PRIOR.version) return { ...toShippedView(learning), ...numbersOf(PRIOR) };
  const doc = await deps.reads.model(organisationId, version);
  if (!doc) throw new NotFoundError('model_not_found', `there is no model ${version}; see the list of models`);
  return { ...(await toModelView(deps, doc, learning)), ...numbersOf(doc.model) };
}
