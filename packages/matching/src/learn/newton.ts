/** Solves A x = b for a symmetric positive definite matrix (row by row, n × n) by Cholesky. */
function solve(matrix: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const factor = cholesky(matrix, n);
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    let sum = x[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (factor[i * n + k] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (factor[i * n + i] ?? 1);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < n; k++) sum -= (factor[k * n + i] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (factor[i * n + i] ?? 1);
  }
  return x;
}

function cholesky(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (factor[i * n + k] ?? 0) * (factor[j * n + k] ?? 0);
      factor[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 1e-10)) : sum / (factor[j * n + j] ?? 1);
    }
  }
  return factor;
}

/** A penalised log-likelihood at some weights: its value, its gradient, and the negative of its curvature. */
export type Curve = { value: number; gradient: Float64Array; hessian: Float64Array };

const MAX_STEPS = 40;
const MAX_HALVINGS = 12;
const TOLERANCE = 1e-7;

/** Climbs to the maximum by Newton steps, halving a step that would go down. */
export function maximise(start: Float64Array, at: (weights: Float64Array) => Curve): Float64Array {
  let weights = start;
  let curve = at(weights);
  for (let step = 0; step < MAX_STEPS; step++) {
    const move = solve(curve.hessian, curve.gradient);
    let share = 1;
    let next = curve;
    let moved = weights;
    for (let halving = 0; halving < MAX_HALVINGS; halving++, share /= 2) {
      moved = weights.map((value, n) => value + share * (move[n] ?? 0));
      next = at(moved);
      if (next.value >= curve.value) break;
    }
    const gain = next.value - curve.value;
    if (!(gain > 0)) break;
    weights = moved;
    curve = next;
    if (gain < TOLERANCE * Math.abs(curve.value)) break;
  }
  return weights;
}

/** Adds the pull towards a prior, `strength / 2 · (weight − prior)²` for each weight, to a curve. */
export function shrink(curve: Curve, weights: Float64Array, prior: Float64Array, strength: number): void {
  const n = weights.length;
  for (let i = 0; i < n; i++) {
    const off = (weights[i] ?? 0) - (prior[i] ?? 0);
    curve.value -= (strength / 2) * off * off;
    curve.gradient[i] = (curve.gradient[i] ?? 0) - strength * off;
    curve.hessian[i * n + i] = (curve.hessian[i * n + i] ?? 0) + strength;
  }
}
