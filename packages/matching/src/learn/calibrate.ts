import type { Steps } from '../score/model.ts';

export type Scored = { score: number; right: boolean };

/** Nobody is ever certain: a pool of n without an error is given (n + ½) / (n + 1). */
const HALF = 0.5;
/** Pools smaller than this are noise; they join their neighbour. */
const MIN_POOL = 40;

/** Isotonic regression by pooling adjacent violators; each pool stands at its mean score, linear in between. */
export function fitIsotonic(samples: readonly Scored[]): Steps {
  const sorted = [...samples].sort((a, b) => a.score - b.score);
  const pools: { scores: number; right: number; n: number }[] = [];
  for (const { score, right } of sorted) {
    pools.push({ scores: score, right: right ? 1 : 0, n: 1 });
    while (mustJoin(pools.at(-2), pools.at(-1))) {
      const last = pools.pop();
      const before = pools.at(-1);
      if (!last || !before) break;
      before.scores += last.scores;
      before.right += last.right;
      before.n += last.n;
    }
  }
  return {
    scores: pools.map((pool) => pool.scores / pool.n),
    probabilities: pools.map((pool) => (pool.right + HALF) / (pool.n + 1)),
  };
}

type Pool = { scores: number; right: number; n: number };

const mustJoin = (before: Pool | undefined, last: Pool | undefined): boolean =>
  before !== undefined && last !== undefined && (before.n < MIN_POOL || before.right * last.n >= last.right * before.n);

/** One-sided upper bound of an error rate, by Clopper and Pearson; terms are summed by recurrence, without factorials. */
export function upperErrorBound(errors: number, n: number, alpha = 0.05): number {
  if (n === 0) return 1;
  let low = errors / n;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const p = (low + high) / 2;
    if (binomialCdf(errors, n, p) > alpha) low = p;
    else high = p;
  }
  return high;
}

/** The same from below: the smallest error rate under which so many errors are no surprise. */
export function lowerErrorBound(errors: number, n: number, alpha = 0.05): number {
  if (errors === 0) return 0;
  let low = 0;
  let high = errors / n;
  for (let step = 0; step < 60; step++) {
    const p = (low + high) / 2;
    if (1 - binomialCdf(errors - 1, n, p) > alpha) high = p;
    else low = p;
  }
  return low;
}

function binomialCdf(k: number, n: number, p: number): number {
  if (p >= 1) return k >= n ? 1 : 0;
  let log = n * Math.log1p(-p);
  let sum = Math.exp(log);
  for (let i = 1; i <= k; i++) {
    log += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(log);
  }
  return Math.min(1, sum);
}

/**
 * Learn-then-test: the lowest confidence down to which, walking down from the top, the Clopper-Pearson upper bound
 * (one-sided 95 %) of the error rate has stayed within the tolerated risk since enough decisions were seen.
 * @see Angelopoulos et al., Learn then Test (2021)
 */
export function riskThreshold(samples: readonly { confidence: number; wrong: boolean }[], risk: number): number {
  const sorted = [...samples].sort((a, b) => b.confidence - a.confidence);
  const needed = Math.log(0.05) / Math.log1p(-risk);
  let errors = 0;
  let threshold = 1;
  for (const [at, { confidence, wrong }] of sorted.entries()) {
    if (wrong) errors++;
    if (sorted[at + 1]?.confidence === confidence || at + 1 < needed) continue;
    if (upperErrorBound(errors, at + 1) > risk) break;
    threshold = confidence;
  }
  return threshold;
}
