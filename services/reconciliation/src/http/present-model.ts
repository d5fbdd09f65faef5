import type { ModelView } from '@malipo/api-contracts';
import { type Model, PRIOR } from '@malipo/matching';
import { liveComparison } from '../commands/weigh-models.ts';
import type { Deps } from '../commands/work.ts';
import { type Learning, statusOf } from '../domain/learning.ts';
import type { ModelDoc } from '../store/learning.ts';

/** The model that ships with this version, beside which an organisation’s own are shown. */
export const toShippedView = (learning: Learning): ModelView => ({
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

/** One of the organisation’s own models; a challenger with what it would have decided so far. */
export async function toModelView(deps: Deps, doc: ModelDoc, learning: Learning): Promise<ModelView> {
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

/** A model’s weights, each beside the shipped one’s. */
export function numbersOf({ customer, confidence, calibration }: Model) {
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
