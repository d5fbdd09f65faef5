import { FEATURES } from '../evidence/features.ts';
import { CONFIDENCE_INPUTS } from '../score/confidence.ts';
import { calibrated, dot, ENGINE_VERSION, type Linear, type Model } from '../score/model.ts';
import { type Best, bestUnder } from './best.ts';
import type { Scored } from './calibrate.ts';
import { controlledThreshold } from './control.ts';
import { type Evaluation, evaluate, saidBy } from './evaluate.ts';
import { fitChoice, fitLogistic, type Outcome01 } from './fit.ts';
import type { Judged } from './judged.ts';
import { recalibrate } from './recalibrate.ts';

/**
 * Pull to the prior: nats for half the square of a weight's distance. At 20, forty decisions that all surprise the prior
 * the same way move a weight by less than two; found by playing shifted months (docs/matching.md).
 */
const REFIT_STRENGTH = 20;
/** Payments of one time fit each other too well, so folds are stretches of time. */
const FOLDS = 4;

type Held = { best: Best; judged: Judged; right: boolean; fold: number };

/** An organisation's own model, and how its likes did on payments that they were not fitted on. */
export type Refit = { model: Model; evaluation: Evaluation };

/**
 * Was a model fitted to what this engine sees? One of an earlier engine can be listed, but not used: inputs that kept their
 * names may mean something else.
 */
export const isCurrent = ({ engine, customer, confidence }: Model): boolean =>
  engine === ENGINE_VERSION && sameNames(customer.names, FEATURES) && sameNames(confidence.names, CONFIDENCE_INPUTS);

const sameNames = (names: readonly string[], schema: readonly { name: string }[]): boolean =>
  names.length === schema.length && schema.every(({ name }, at) => names[at] === name);

/**
 * Fits both stages, the calibration and the threshold to judged payments, in order of time, each shrunk to the prior:
 * without payments the prior itself comes out. The same payments always give the same model.
 */
export function refit(
  prior: Model,
  judged: readonly Judged[],
  about: Pick<Model, 'version' | 'provenance'>,
  strength = REFIT_STRENGTH,
): Refit {
  const held = outOfFold(prior, judged, strength);
  const scored = crossScore(prior, held, strength);
  const calibration = recalibrate(prior.calibration, scored, strength);
  const said = held.flatMap(({ best, judged: one }, at) => {
    return saidBy(best, one, calibrated(calibration, scored[at]?.score ?? 0)) ?? [];
  });
  const free = said.filter((one) => !one.isGuarded);
  const threshold = controlledThreshold(
    free.map(({ confidence, right }) => ({ confidence, wrong: !right })),
    prior.threshold,
  );
  const model: Model = {
    ...about,
    engine: ENGINE_VERSION,
    customer: linear(prior.customer, customerWeights(prior, judged, strength)),
    confidence: linear(prior.confidence, confidenceWeights(prior, held, strength)),
    calibration,
    threshold,
    strictThreshold: Math.max(threshold, prior.strictThreshold),
  };
  return { model, evaluation: evaluate(said, threshold) };
}

function customerWeights(prior: Model, judged: readonly Judged[], strength: number): Float64Array {
  // a payment is only here because somebody's it was: that it was nobody's is no option, or all scores would rise; and who
  // pays for whom we asked says nothing of how to find a payer whom we did not ask
  const choices = judged.flatMap(({ examined, chosen, weight }) =>
    chosen === null || examined.asked ? [] : { rows: examined.rows, chosen, weight, somebody: true },
  );
  return fitChoice(choices, Float64Array.from(prior.customer.weights), strength);
}

const confidenceWeights = (prior: Model, held: readonly Held[], strength: number): Float64Array =>
  fitLogistic(held.map(toOutcome), Float64Array.from(prior.confidence.weights), strength);

const toOutcome = ({ best, right }: Held): Outcome01 => ({ row: best.row, right, weight: 1 });

/** Each payment's best candidate under weights fitted without its stretch of time. */
function outOfFold(prior: Model, judged: readonly Judged[], strength: number): Held[] {
  const foldOf = (at: number) => Math.floor((at * FOLDS) / judged.length);
  return Array.from({ length: FOLDS }, (_, fold) => {
    const weights = customerWeights(
      prior,
      judged.filter((_one, at) => foldOf(at) !== fold),
      strength,
    );
    return judged.flatMap((one, at): Held[] => {
      if (foldOf(at) !== fold) return [];
      const best = bestUnder(one.examined, weights);
      const right = best ? one.right[best.at] : null;
      return best && right !== null && right !== undefined ? [{ best, judged: one, right, fold }] : [];
    });
  }).flat();
}

/** Confidence scores by weights that saw neither the payment nor its stretch of time. */
function crossScore(prior: Model, held: readonly Held[], strength: number): Scored[] {
  const weights = Array.from({ length: FOLDS }, (_, fold) => {
    const rest = held.filter((one) => one.fold !== fold);
    return [...confidenceWeights(prior, rest, strength)];
  });
  return held.map(({ best, right, fold }) => ({ score: dot(weights[fold] ?? [], best.row), right }));
}

const linear = ({ names }: Linear, weights: Float64Array): Linear => ({ names, weights: [...weights] });
