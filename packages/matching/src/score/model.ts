import prior from './prior.json' with { type: 'json' };

/** A linear model: weights in the order of its schema's names. */
export type Linear = { names: readonly string[]; weights: readonly number[] };
/** A monotone step function from a score to a probability, linear in between. */
export type Steps = { scores: readonly number[]; probabilities: readonly number[] };

/** Raised with each change of what is decided: a model is good for the engine that it was fitted for. */
export const ENGINE_VERSION = 'matching-14';

/** One immutable version of everything that was learned; decisions name it, and going back is a pointer. */
export type Model = {
  version: string;
  /** The engine whose evidence the weights were fitted to; what was fitted before `matching-13` does not say. */
  engine?: string | undefined;
  /** Where it came from: training data by hash, day of training. */
  provenance: { data: string; trainedOn: string; payments: number };
  customer: Linear;
  confidence: Linear;
  calibration: Steps;
  /** Automatic from this confidence on, found by risk control; `strict` serves when drift is flagged. */
  threshold: number;
  strictThreshold: number;
};

export const PRIOR: Model = { ...prior, engine: ENGINE_VERSION };

/** Probability by the calibration, at least 0.001 and at most 0.9999: nobody is ever certain. */
export function calibrated({ scores, probabilities }: Steps, score: number): number {
  const last = scores.length - 1;
  if (last < 0) return 1 / (1 + Math.exp(-score));
  if (score <= (scores[0] ?? 0)) return probabilities[0] ?? 0;
  if (score >= (scores[last] ?? 0)) return probabilities[last] ?? 1;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((scores[middle] ?? 0) <= score) low = middle;
    else high = middle;
  }
  const from = scores[low] ?? 0;
  const share = (score - from) / Math.max(1e-12, (scores[high] ?? 0) - from);
  return (probabilities[low] ?? 0) * (1 - share) + (probabilities[high] ?? 0) * share;
}

export function dot(weights: readonly number[], row: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) sum += (weights[at] ?? 0) * (row[at] ?? 0);
  return sum;
}
