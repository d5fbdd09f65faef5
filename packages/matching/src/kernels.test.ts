import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitKey, eachSlip } from './index/digit-key.ts';
import { fitIsotonic, riskThreshold, upperErrorBound } from './learn/calibrate.ts';
import { fitLogistic } from './learn/fit.ts';
import { findSum } from './rules/subset-sum.ts';
import { FAR, slips } from './text/distance.ts';

describe('findSum', () => {
  it('finds what brute force finds: the smallest size, ties when amounts differ', () => {
    const balances = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(balances, fc.integer({ min: 2, max: 40 }), (pool, amount) => {
        const sets = subsets(pool).filter((set) => total(pool, set) === amount);
        const size = Math.min(...sets.map((set) => set.length));
        const smallest = sets.filter((set) => set.length === size);
        const found = findSum(pool, amount);
        if (smallest.length === 0) expect(found).toBeNull();
        else {
          expect(found?.picks.length).toBe(size);
          expect(total(pool, found?.picks ?? [])).toBe(amount);
          expect(found?.tie).toBe(new Set(smallest.map((set) => amounts(pool, set))).size > 1);
        }
      }),
      { seed: 4 },
    );
  });
});

const total = (pool: number[], set: number[]): number => set.reduce((sum, at) => sum + (pool[at] ?? 0), 0);
const amounts = (pool: number[], set: number[]): string =>
  set
    .map((at) => pool[at] ?? 0)
    .sort((a, b) => a - b)
    .join();

/** Every subset of two to four positions. */
function subsets(pool: number[]): number[][] {
  const all: number[][] = [];
  for (let bits = 0; bits < 2 ** pool.length; bits++) {
    const set = pool.map((_, at) => at).filter((at) => (bits >> at) & 1);
    if (set.length >= 2 && set.length <= 4) all.push(set);
  }
  return all;
}

describe('slips', () => {
  it('equals the textbook table up to its cut-off', () => {
    const text = fc.string({ unit: fc.constantFrom('A', 'B', '0', '1'), maxLength: 9 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(slips(a, b)).toBe(Math.min(FAR, textbook(a, b)));
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it('visits every number one slip away', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '1', '7'), minLength: 3, maxLength: 6 });
    fc.assert(
      fc.property(digits, digits, (typed, known) => {
        const keys = new Set<number>();
        eachSlip(typed, (key) => keys.add(key));
        if (slips(typed, known) === 1) expect(keys.has(digitKey(known))).toBe(true);
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});

/** Optimal string alignment, as in any textbook. */
function textbook(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number): number => d[i]?.[j] ?? 99;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, at(i - 2, j - 2) + 1);
      const row = d[i];
      if (row) row[j] = cost;
    }
  }
  return at(a.length, b.length);
}

describe('learning', () => {
  it('isotonic steps never go down', () => {
    const samples = fc.array(fc.record({ score: fc.double({ min: -5, max: 5, noNaN: true }), right: fc.boolean() }), {
      minLength: 1,
      maxLength: 400,
    });
    fc.assert(
      fc.property(samples, (given) => {
        const { probabilities } = fitIsotonic(given);
        expect(probabilities).toEqual([...probabilities].sort((a, b) => a - b));
      }),
      { seed: 4 },
    );
  });

  it('bounds and thresholds are those of Clopper and Pearson', () => {
    expect(upperErrorBound(0, 3000)).toBeCloseTo(1 - 0.05 ** (1 / 3000), 9);
    expect(upperErrorBound(20, 15_172)).toBeCloseTo(0.00191, 4);
    const clean = Array.from({ length: 5000 }, (_, n) => ({ confidence: 1 - n / 10_000, wrong: n > 4000 }));
    const threshold = riskThreshold(clean, 0.001);
    expect(threshold).toBeGreaterThan(0.59);
    expect(threshold).toBeLessThan(0.61);
    expect(riskThreshold(clean.slice(0, 100), 0.001)).toBe(1);
  });

  it('logistic regression finds the weights that made the data, and stays at its prior without any', () => {
    const samples = Array.from({ length: 4000 }, (_, n) => {
      const x = (n % 41) / 10 - 2;
      return {
        row: Float64Array.of(1, x),
        right: ((n * 7919) % 1000) / 1000 < 1 / (1 + Math.exp(-(0.5 + 2 * x))),
        weight: 1,
      };
    });
    const [base = 0, slope = 0] = fitLogistic(samples, new Float64Array(2), 0.01);
    expect(base).toBeCloseTo(0.5, 0);
    expect(slope).toBeCloseTo(2, 0);
    expect([...fitLogistic([], Float64Array.of(1, -1), 1)]).toEqual([1, -1]);
  });
});
