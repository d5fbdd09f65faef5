import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BINS, figuresOf, type Group } from './quality.ts';

const one = fc.record({
  outcome: fc.constantFrom('auto' as const, 'suggested' as const, 'unmatched' as const),
  end: fc.constantFrom('confirmed', 'corrected', 'rejected', 'undone', 'placed', 'stood', 'open') as fc.Arbitrary<
    Group['end']
  >,
  confidence: fc.option(fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000)),
});

describe('the figures of a period', () => {
  it('are those of its payments, one by one', () => {
    fc.assert(
      fc.property(fc.array(one, { maxLength: 60 }), (payments) => {
        const groups = payments.map(
          ({ outcome, end, confidence }): Group => ({
            start: '2026-03-02',
            outcome,
            end,
            bin: confidence === null ? -1 : BINS.filter((from) => from <= confidence).length - 1,
            payments: 1,
            confidence: confidence ?? 0,
            confidenceSquared: (confidence ?? 0) ** 2,
          }),
        );
        const figures = figuresOf(groups);
        const judged = payments.flatMap(({ confidence, end }) =>
          confidence === null || end === 'open' || end === 'placed'
            ? []
            : { confidence, right: end === 'confirmed' || end === 'stood' ? 1 : 0 },
        );
        expect(figures.payments).toBe(payments.length);
        expect(figures.automatic + figures.suggested + figures.unmatched).toBe(payments.length);
        expect(figures.calibration.reduce((sum, bin) => sum + bin.payments, 0)).toBe(judged.length);
        const brier = judged.reduce((sum, { confidence, right }) => sum + (confidence - right) ** 2, 0);
        if (judged.length === 0) expect([figures.brier, figures.ece]).toEqual([null, null]);
        else expect(figures.brier).toBeCloseTo(brier / judged.length, 9);
        for (const { from, to, said, right } of figures.calibration) {
          expect(said).toBeGreaterThanOrEqual(from - 1e-9);
          expect(said).toBeLessThanOrEqual(to + 1e-9);
          expect(right >= 0 && right <= 1).toBe(true);
        }
      }),
      { numRuns: 200, seed: 4 },
    );
  });
});
