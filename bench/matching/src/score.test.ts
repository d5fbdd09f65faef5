import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMonth } from '../dataset.ts';
import { play } from '../play.ts';
import { score } from '../score.ts';

const small = readMonth(join(import.meta.dirname, '..', 'data', 'dev-small-104.json.gz'));

describe('the small month', () => {
  it('is matched without a wrong posting', () => {
    const figures = score(small, play(small, { feedback: 'day' }).predictions);
    expect(figures).toMatchObject({
      auto_errors: 0,
      unrelated_auto: 0,
      duplicate_or_reversal_credited: 0,
      violations: {},
    });
    expect(figures.alloc_accuracy_identifiable).toBeGreaterThanOrEqual(0.985);
    expect(figures.auto_rate_all).toBeGreaterThanOrEqual(0.75);
  });

  it('is scored perfect for the truth itself', () => {
    const truth = new Map(
      small.truth.map((one) => {
        const decision = one.expected === 'apply' ? ('auto' as const) : ('none' as const);
        return [
          one.payment_id,
          { decision, confidence: 1, allocations: one.allocations, customer_id: one.customer_id },
        ];
      }),
    );
    expect(score(small, truth)).toMatchObject({
      alloc_accuracy_identifiable: 1,
      auto_precision: 1,
      brier: 0,
      violations: {},
    });
  });
});
