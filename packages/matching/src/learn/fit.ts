import { type Curve, maximise, shrink } from './newton.ts';

/**
 * One payment for the customer model: its candidates' features, and which of them paid (−1 for nobody).
 * `somebody` says that the payment is only among the data because it was a customer's: nobody is then no option.
 */
export type Choice = { rows: readonly Float64Array[]; chosen: number; weight: number; somebody?: boolean };
/** One proposal for the confidence model: its inputs, and whether the allocation was right. */
export type Outcome01 = { row: Float64Array; right: boolean; weight: number };

/**
 * Conditional logit over the candidates and nobody (whose score is 0), shrunk to a prior.
 * @param strength how many nats a weight costs per half square of its distance from the prior
 */
export function fitChoice(choices: readonly Choice[], prior: Float64Array, strength: number): Float64Array {
  return maximise(Float64Array.from(prior), (weights) => {
    const curve = blank(weights.length);
    for (const choice of choices) addChoice(curve, choice, weights);
    mirror(curve);
    shrink(curve, weights, prior, strength);
    return curve;
  });
}

/** Logistic regression, shrunk to a prior. */
export function fitLogistic(samples: readonly Outcome01[], prior: Float64Array, strength: number): Float64Array {
  return maximise(Float64Array.from(prior), (weights) => {
    const curve = blank(weights.length);
    for (const { row, right, weight } of samples)
      addChoice(curve, { rows: [row], chosen: right ? 0 : -1, weight }, weights);
    mirror(curve);
    shrink(curve, weights, prior, strength);
    return curve;
  });
}

const blank = (n: number): Curve => ({ value: 0, gradient: new Float64Array(n), hessian: new Float64Array(n * n) });

function addChoice(curve: Curve, { rows, chosen, weight, somebody }: Choice, weights: Float64Array): void {
  const scores = rows.map((row) => scoreOf(row, weights));
  const { top, total } = sumOf(scores, somebody ? Number.NEGATIVE_INFINITY : 0);
  curve.value += weight * ((chosen >= 0 ? (scores[chosen] ?? 0) : 0) - top - Math.log(total));
  const mean = new Float64Array(weights.length);
  for (const [at, row] of rows.entries()) {
    const p = Math.exp((scores[at] ?? 0) - top) / total;
    addOuter(curve.hessian, row, weight * p);
    addTo(mean, row, p);
    if (at === chosen) addTo(curve.gradient, row, weight);
  }
  addTo(curve.gradient, mean, -weight);
  addOuter(curve.hessian, mean, -weight);
}

/** The sum of exponents, over the highest of them so that none overflows. */
function sumOf(scores: readonly number[], nobody: number): { top: number; total: number } {
  const top = Math.max(nobody, ...scores);
  return { top, total: scores.reduce((sum, score) => sum + Math.exp(score - top), Math.exp(nobody - top)) };
}

function addTo(sum: Float64Array, row: Float64Array, weight: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + weight * (row[i] ?? 0);
}

function scoreOf(row: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += (row[i] ?? 0) * (weights[i] ?? 0);
  return sum;
}

/** Lower triangle only; rows are mostly zeros. */
function addOuter(hessian: Float64Array, row: Float64Array, weight: number): void {
  const n = row.length;
  if (Math.abs(weight) < 1e-12) return;
  for (let i = 0; i < n; i++) {
    const share = weight * (row[i] ?? 0);
    if (share === 0) continue;
    for (let j = 0; j <= i; j++) hessian[i * n + j] = (hessian[i * n + j] ?? 0) + share * (row[j] ?? 0);
  }
}

function mirror({ hessian, gradient }: Curve): void {
  const n = gradient.length;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) hessian[j * n + i] = hessian[i * n + j] ?? 0;
}
