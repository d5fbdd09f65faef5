import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerErrorBound, upperErrorBound } from './calibrate.ts';
import { controlledThreshold } from './control.ts';

const SHIPPED = 0.99;
const sample = fc.record({
  confidence: fc.integer({ min: 900, max: 1000 }).map((n) => n / 1000),
  wrong: fc.constantFrom(...Array.from({ length: 40 }, (_, n) => n === 0)),
});

/** Clopper and Pearson by adding up the binomial distribution, without any search. */
function tail(errors: number, n: number, p: number): number {
  let sum = 0;
  for (let k = 0; k <= errors; k++) {
    let term = 1;
    for (let i = 1; i <= k; i++) term *= (n - i + 1) / i;
    sum += term * p ** k * (1 - p) ** (n - k);
  }
  return sum;
}

describe('bounds of an error rate', () => {
  it('leave five per cent to chance on their side', () => {
    for (const [errors, n] of [
      [0, 20],
      [1, 20],
      [3, 40],
      [10, 60],
    ] as const) {
      expect(tail(errors, n, upperErrorBound(errors, n))).toBeCloseTo(0.05, 6);
      if (errors > 0) expect(1 - tail(errors - 1, n, lowerErrorBound(errors, n))).toBeCloseTo(0.05, 6);
    }
    expect([lowerErrorBound(0, 10), upperErrorBound(10, 10)]).toEqual([0, 1]);
  });
});

/** Every cut there is, from the top; the lowest down to which every cut with enough decisions is proved. */
function lowestProved(samples: readonly { confidence: number; wrong: boolean }[], risk: number): number {
  const cuts = [...new Set(samples.map((one) => one.confidence))].sort((a, b) => b - a);
  let lowest = 1;
  for (const cut of cuts) {
    const above = samples.filter((one) => one.confidence >= cut);
    if (above.length < Math.log(0.05) / Math.log1p(-risk)) continue;
    if (upperErrorBound(above.filter((one) => one.wrong).length, above.length) > risk) break;
    lowest = cut;
  }
  return lowest;
}

describe('the threshold', () => {
  it('is the shipped one without evidence', () => {
    expect(controlledThreshold([], SHIPPED)).toBe(SHIPPED);
    expect(controlledThreshold([{ confidence: 0.5, wrong: true }], SHIPPED)).toBe(SHIPPED);
    const right = Array.from({ length: 2_000 }, () => ({ confidence: 0.95, wrong: false }));
    expect(controlledThreshold(right, SHIPPED)).toBe(SHIPPED);
  });

  it('falls as far as decisions prove, and rises as far as they disprove: every cut tried', () => {
    fc.assert(
      fc.property(
        fc.array(sample, { minLength: 1, maxLength: 300 }),
        fc.constantFrom(0.03, 0.1, 0.3),
        (samples, risk) => {
          const threshold = controlledThreshold(samples, SHIPPED, risk);
          const added = samples.filter((one) => one.confidence < SHIPPED);
          const proved = Math.max(lowestProved(samples, risk), lowestProved(added, risk));
          if (proved < SHIPPED) {
            expect(threshold).toBe(proved);
            return;
          }
          const isDisproved = (cut: number) => {
            const above = samples.filter((one) => one.confidence >= cut);
            return lowerErrorBound(above.filter((one) => one.wrong).length, above.length) > risk;
          };
          const cuts = [SHIPPED, ...samples.map((one) => one.confidence).filter((cut) => cut > SHIPPED)].sort(
            (a, b) => a - b,
          );
          expect(threshold).toBe(
            cuts.find((cut) => samples.every((one) => one.confidence < cut) || !isDisproved(cut)) ?? 1,
          );
        },
      ),
      { numRuns: 300, seed: 4 },
    );
  });

  it('does not fall for few payments because many surer ones were right', () => {
    const sure = Array.from({ length: 5_000 }, () => ({ confidence: 0.9999, wrong: false }));
    const weak = Array.from({ length: 20 }, (_, n) => ({ confidence: 0.3 + n * 0.03, wrong: false }));
    expect(controlledThreshold([...sure, ...weak], SHIPPED)).toBe(SHIPPED);
  });

  it('with three thousand right ones and none wrong, falls', () => {
    const samples = Array.from({ length: 3_000 }, (_, n) => ({ confidence: 0.95 + (n % 40) / 1000, wrong: false }));
    expect(controlledThreshold(samples, SHIPPED)).toBe(0.95);
  });
});
