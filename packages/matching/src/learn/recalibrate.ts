import type { Steps } from '../score/model.ts';
import { calibrated } from '../score/model.ts';
import type { Scored } from './calibrate.ts';
import { fitLogistic } from './fit.ts';

const logit = (p: number): number => Math.log(p / (1 - p));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** Nobody is ever certain. */
const MOST = 0.99995;
const LEAST = 0.001;
const within = (p: number): number => Math.min(MOST, Math.max(LEAST, p));

/**
 * A calibration moved towards what came true: shifted and stretched in log-odds, two numbers that are themselves pulled
 * to "no change". Without samples it is the one that was given, and it never falls where the score rises.
 * @see Platt, Probabilistic outputs for support vector machines (1999)
 */
export function recalibrate(steps: Steps, samples: readonly Scored[], strength: number): Steps {
  if (samples.length === 0) return steps;
  const rows = samples.map(({ score, right }) => ({
    row: Float64Array.of(1, logit(within(calibrated(steps, score)))),
    right,
    weight: 1,
  }));
  const [shift = 0, stretch = 1] = fitLogistic(rows, Float64Array.of(0, 1), strength);
  const move = (p: number): number => within(sigmoid(shift + Math.max(0, stretch) * logit(within(p))));
  return { scores: steps.scores, probabilities: steps.probabilities.map(move) };
}
