import { ModelDetail, ModelList, type ModelView, PromoteModel } from '@malipo/api-contracts';
import { type Model, PRIOR } from '@malipo/matching';
import { type App, NotFoundError, typed } from '@malipo/service-kit';
import { z } from 'zod';
import { inForce } from '../commands/in-force.ts';
import { promoteModel } from '../commands/promote-model.ts';
import { liveComparison } from '../commands/weigh-models.ts';
import type { Deps } from '../commands/work.ts';
import { type Learning, statusOf } from '../domain/learning.ts';
import type { ModelDoc } from '../store/learning.ts';

const tags = ['reconciliation'];
const security = [{ bearer: [] }];
const params = z.object({ version: z.string().min(1).max(60).describe('as the list names it') });
/** Versions and changes that are shown. */
const SHOWN = 100;

/** Versions of what was learned, side by side, and which of them decides. */
export function modelRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  routes.get(
    '/api/v1/reconciliation/models',
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
  routes.get(
    '/api/v1/reconciliation/models/:version',
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
  routes.post(
    '/api/v1/reconciliation/models/:version/promote',
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
}

async function listModels(deps: Deps, organisationId: string): Promise<ModelList> {
  const { learning } = await inForce(deps, organisationId);
  const { models, modelChanges } = deps.collections;
  const [own, changes] = await Promise.all([
    models.find({ organisationId }).sort({ createdAt: -1 }).limit(SHOWN).toArray(),
    modelChanges.find({ organisationId }).sort({ _id: -1 }).limit(SHOWN).toArray(),
  ]);
  return {
    data: [shipped(learning), ...(await Promise.all(own.map((doc) => toView(deps, doc, learning))))],
    changes: changes.map(({ at, kind, from, to, who, why }) => ({ at: at.toISOString(), kind, from, to, who, why })),
  };
}

/** @throws {NotFoundError} model_not_found */
async function oneModel(deps: Deps, organisationId: string, version: string): Promise<ModelDetail> {
  const { learning } = await inForce(deps, organisationId);
  if (version === PRIOR.version) return { ...shipped(learning), ...numbersOf(PRIOR) };
  const doc = await deps.reads.model(organisationId, version);
  if (!doc) throw new NotFoundError('model_not_found', `there is no model ${version}; see the list of models`);
  return { ...(await toView(deps, doc, learning)), ...numbersOf(doc.model) };
}

const shipped = (learning: Learning): ModelView => ({
  version: PRIOR.version,
  status: statusOf(learning, null),
  origin: 'shipped',
  parent: null,
  createdAt: null,
  training: {
    payments: PRIOR.provenance.payments,
    byPeople: PRIOR.provenance.payments,
    from: null,
    until: null,
    trainedOn: PRIOR.provenance.trainedOn,
    data: PRIOR.provenance.data,
  },
  threshold: PRIOR.threshold,
  evaluation: null,
  live: null,
});

async function toView(deps: Deps, doc: ModelDoc, learning: Learning): Promise<ModelView> {
  const { version, training, model } = doc;
  const status = statusOf(learning, version);
  return {
    version,
    status,
    origin: 'refit',
    parent: doc.parent,
    createdAt: doc.createdAt.toISOString(),
    training: {
      ...training,
      from: training.from.toISOString(),
      until: training.until.toISOString(),
      trainedOn: model.provenance.trainedOn,
      data: model.provenance.data,
    },
    threshold: model.threshold,
    evaluation: { own: doc.evaluation, shipped: doc.shipped, champion: doc.champion },
    live: status === 'challenger' ? await liveComparison(deps, doc.organisationId, learning) : null,
  };
}

function numbersOf({ customer, confidence, calibration }: Model) {
  const beside = (own: Model['customer'], prior: Model['customer']) =>
    own.names.map((name, at) => ({
      name,
      weight: own.weights[at] ?? 0,
      shipped: prior.weights[prior.names.indexOf(name)] ?? 0,
    }));
  return {
    customer: beside(customer, PRIOR.customer),
    confidence: beside(confidence, PRIOR.confidence),
    calibration: calibration.scores.map((score, at) => ({ score, probability: calibration.probabilities[at] ?? 0 })),
  };
}
