import {
  bestUnder,
  CONFIDENCE_INPUTS,
  FEATURES,
  fitChoice,
  fitIsotonic,
  fitLogistic,
  type Model,
  type Outcome01,
  riskThreshold,
  type Scored,
} from '@malipo/matching';
import type { Sample } from './samples.ts';

/** Pull of the weights towards nothing; found by cross-validation over months and kinds of business. */
const CUSTOMER_STRENGTH = 0.5;
const CONFIDENCE_STRENGTH = 0.3;
const FOLDS = 5;
/** Tolerated share of wrong automatic postings (upper bound), and the stricter one when drift is flagged. */
export const RISK = 0.001;
const STRICT_RISK = 0.0005;
/** The bound above is on all postings together; each by itself must be this likely to be right. */
const MIN_CONFIDENCE = 0.98;

/** No month has contacts with numbers of their own: one of theirs is taken for nearly as telling as the customer's. */
const CONTACT_SHARE = 0.9;
const OWN = FEATURES.findIndex(({ name }) => name === 'phone_own');
const CONTACT = FEATURES.findIndex(({ name }) => name === 'phone_contact');

export function customerWeights(samples: readonly Sample[]): Float64Array {
  const weights = fitChoice(
    samples
      .filter((one) => one.truth.customer_id === null || one.chosen >= 0)
      .map((one) => ({ rows: one.examined.rows, chosen: one.chosen, weight: one.truth.ambiguous ? 0.2 : 1 })),
    new Float64Array(FEATURES.length),
    CUSTOMER_STRENGTH,
  );
  if (weights[CONTACT] === 0) weights[CONTACT] = CONTACT_SHARE * (weights[OWN] ?? 0);
  return weights;
}

type Held = { row: Float64Array; right: boolean; sample: Sample };

/** Each payment's best candidate under weights fitted without its fold, so that the second stage learns honest chances. */
function outOfFold(samples: readonly Sample[], fold: (sample: Sample, at: number) => number): Held[] {
  const held: Held[] = [];
  for (let k = 0; k < FOLDS; k++) {
    const weights = customerWeights(samples.filter((one, at) => fold(one, at) !== k));
    for (const [at, sample] of samples.entries()) {
      if (fold(sample, at) !== k) continue;
      const found = bestUnder(sample.examined, weights);
      const proposes = found && (sample.examined.allocations[found.at]?.length ?? 0) > 0;
      if (proposes) held.push({ row: found.row, right: sample.right[found.at] ?? false, sample });
    }
  }
  return held;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

const confidenceWeights = (samples: readonly Outcome01[]): Float64Array =>
  fitLogistic(samples, new Float64Array(CONFIDENCE_INPUTS.length), CONFIDENCE_STRENGTH);

export type Judged = Scored & { sample: Sample };

/** Scores of proposals by models that saw neither the payment nor its fold. */
function crossScore(samples: readonly Sample[], fold: (sample: Sample, at: number) => number): [Held[], Judged[]] {
  const held = outOfFold(samples, fold);
  const scored: Judged[] = [];
  const folds = held.map(({ sample }) => fold(sample, samples.indexOf(sample)));
  for (let k = 0; k < FOLDS; k++) {
    const rest = held.filter((_, at) => folds[at] !== k).map(({ row, right }) => ({ row, right, weight: 1 }));
    const weights = confidenceWeights(rest);
    for (const [at, one] of held.entries()) {
      if (folds[at] === k) scored.push({ score: dot(one.row, weights), right: one.right, sample: one.sample });
    }
  }
  return [held, scored];
}

/** How far down the ranking one could go, by folds of payments, of months and of kinds of business. */
export function report(samples: readonly Sample[]): string[] {
  const months = [...new Set(samples.map((one) => one.month))];
  const kinds = [...new Set(samples.map((one) => one.kind))];
  const foldings: [string, (sample: Sample, at: number) => number][] = [
    ['payments', (_, at) => at % FOLDS],
    ['months', (one) => months.indexOf(one.month)],
    ['kinds', (one) => kinds.indexOf(one.kind) % FOLDS],
  ];
  return foldings.map(([name, fold]) => {
    const [, scored] = crossScore(samples, fold);
    const free = scored.filter(({ sample }) => sample.examined.guards.length === 0).sort((a, b) => b.score - a.score);
    const wrong = free.flatMap(({ right, sample, score }, at) =>
      right && !sample.truth.ambiguous ? [] : [`${((100 * at) / samples.length).toFixed(1)} %@${score.toFixed(2)}`],
    );
    const accuracy = scored.filter((one) => one.right).length / scored.length;
    return `held out by ${name}: ${(100 * accuracy).toFixed(2)} % right; errors at ${wrong.slice(0, 16).join(' ')}`;
  });
}

/** Fits both stages, the calibration and the thresholds. */
export function fitModel(
  samples: readonly Sample[],
  provenance: Model['provenance'],
  version: string,
  risk = RISK,
): Model {
  const [held, scored] = crossScore(samples, (_, at) => at % FOLDS);
  const calibration = fitIsotonic(scored);
  const model: Model = {
    version,
    provenance,
    customer: linear(FEATURES, customerWeights(samples)),
    confidence: linear(CONFIDENCE_INPUTS, confidenceWeights(held.map(({ row, right }) => ({ row, right, weight: 1 })))),
    calibration: { scores: calibration.scores.map(round), probabilities: calibration.probabilities.map(round) },
    threshold: 1,
    strictThreshold: 1,
  };
  return { ...model, ...thresholds(model, scored, risk) };
}

function thresholds(model: Model, scored: readonly Judged[], risk: number) {
  const unguarded = scored.filter(({ sample }) => sample.examined.guards.length === 0);
  const judged = unguarded.map(({ score, right, sample }) => ({
    confidence: interpolate(model, score),
    wrong: !right || sample.truth.ambiguous,
  }));
  const threshold = Math.max(MIN_CONFIDENCE, riskThreshold(judged, risk));
  return { threshold, strictThreshold: Math.max(threshold, riskThreshold(judged, STRICT_RISK)) };
}

function interpolate({ calibration: { scores, probabilities } }: Model, score: number): number {
  const at = scores.findIndex((edge) => edge > score);
  if (at === 0) return probabilities[0] ?? 0;
  if (at < 0) return probabilities.at(-1) ?? 1;
  const from = scores[at - 1] ?? 0;
  const share = (score - from) / Math.max(1e-12, (scores[at] ?? 0) - from);
  return (probabilities[at - 1] ?? 0) * (1 - share) + (probabilities[at] ?? 0) * share;
}

const DECIMALS = 1e6;
const round = (value: number): number => Math.round(value * DECIMALS) / DECIMALS;
const linear = (schema: readonly { name: string }[], weights: Float64Array) => ({
  names: schema.map(({ name }) => name),
  weights: [...weights].map(round),
});
