import { calibrated, dot, type Model } from '../score/model.ts';
import { type Best, bestUnder } from './best.ts';
import type { Judged, Said } from './judged.ts';

/** How a model does on judged payments; two models are comparable only on the same ones. */
export type Evaluation = {
  payments: number;
  /** Mean −log of the chance given to the right customer, where that is known and no request of ours said it. */
  logLoss: number;
  /** Of the confidence in the proposals. */
  brier: number;
  ece: number;
  /** Of them applied by itself, and wrong. */
  automatic: number;
  wrongAutomatic: number;
};

const RUNNER_UP = 'runner-up';
const RUNNER_UP_LIMIT = 0.02;
const BINS = 15;

/** What a model says about a judged payment; null where it proposes something that nobody has judged. */
export function sayOf(model: Model, one: Judged): Said | null {
  const best = bestUnder(one.examined, model.customer.weights);
  if (!best) return null;
  const score = dot(model.confidence.weights, best.row);
  return saidBy(best, one, calibrated(model.calibration, score));
}

/**
 * Guards were looked at for the candidate that was best then; where another one is best now, it counts as guarded, which
 * can only make a model look more careful than it is.
 */
export function saidBy(best: Best, { examined, chosen, right }: Judged, confidence: number): Said | null {
  const known = right[best.at];
  if (known === null || known === undefined) return null;
  const guards = examined.guards.filter((name) => name !== RUNNER_UP);
  const isGuarded = best.at !== 0 || guards.length > 0 || best.runnerUp > RUNNER_UP_LIMIT;
  const top = Math.max(0, ...best.scores);
  const total = best.scores.reduce((sum, score) => sum + Math.exp(score - top), Math.exp(-top));
  const surprise = chosen === null || examined.asked ? null : top + Math.log(total) - (best.scores[chosen] ?? 0);
  return { confidence, right: known, isGuarded, surprise };
}

/** Sums up what a model said, with the threshold from which it would have acted. */
export function evaluate(said: readonly Said[], threshold: number): Evaluation {
  const surprises = said.flatMap((one) => one.surprise ?? []);
  const acted = said.filter((one) => !one.isGuarded && one.confidence >= threshold);
  return {
    payments: said.length,
    logLoss: mean(surprises),
    brier: mean(said.map(({ confidence, right }) => (confidence - (right ? 1 : 0)) ** 2)),
    ece: calibrationError(said),
    automatic: acted.length,
    wrongAutomatic: acted.filter((one) => !one.right).length,
  };
}

/** Expected calibration error over fifteen bins of equal mass. */
function calibrationError(said: readonly { confidence: number; right: boolean }[]): number {
  const sorted = [...said].sort((a, b) => a.confidence - b.confidence);
  let error = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const from = Math.floor((bin * sorted.length) / BINS);
    const part = sorted.slice(from, Math.floor(((bin + 1) * sorted.length) / BINS));
    const gap = part.reduce((sum, { confidence, right }) => sum + confidence - (right ? 1 : 0), 0);
    error += Math.abs(gap);
  }
  return said.length === 0 ? 0 : error / said.length;
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
