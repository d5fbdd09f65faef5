import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../decide.ts';
import { calibrated, PRIOR } from '../score/model.ts';
import { business, payment, RENT } from '../testing/business.ts';
import { sayOf } from './evaluate.ts';
import { examine } from './examine.ts';
import type { Judged } from './judged.ts';
import { recalibrate } from './recalibrate.ts';
import { isCurrent, refit } from './refit.ts';

const ABOUT = { version: 'org-1', provenance: { data: 'd', trainedOn: '2026-11-21', payments: 0 } };
const state = business(...RENT);

/** A tenant's own payment by its number, which a person said was right, or was somebody else's. */
function judged(n: number, isRight: boolean): Judged {
  const reference = `INV-2026-00${300 + (n % 30) * 7}`;
  const examined = examine(state, payment({ paymentId: `j${n}`, reference, number: { form: 'none', value: '' } }));
  if (!examined) throw new Error('no new money');
  return {
    examined,
    chosen: isRight ? 0 : null,
    right: examined.customers.map((_, at) => (at === 0 ? isRight : null)),
    weight: 1,
  };
}

const many = (count: number, isRight: (n: number) => boolean): Judged[] =>
  Array.from({ length: count }, (_, n) => judged(n, isRight(n)));

const moved = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((weight, at) => Math.abs(weight - (b[at] ?? 0))));

describe('a refit', () => {
  it('without decisions is the shipped model', () => {
    const { model, evaluation } = refit(PRIOR, [], ABOUT);
    expect(model).toEqual({ ...PRIOR, ...ABOUT });
    expect(evaluation.payments).toBe(0);
  });

  it('of a few dozen decisions that the shipped model foresaw is all but the shipped model', () => {
    const { model } = refit(
      PRIOR,
      many(40, () => true),
      ABOUT,
    );
    expect(moved(model.customer.weights, PRIOR.customer.weights)).toBeLessThan(0.1);
    expect(moved(model.confidence.weights, PRIOR.confidence.weights)).toBeLessThan(0.5);
    expect(model.threshold).toBe(PRIOR.threshold);
  });

  it('is the same for the same decisions, and pulled less by a weaker prior', () => {
    const decisions = many(60, (n) => n % 3 !== 0);
    expect(refit(PRIOR, decisions, ABOUT)).toEqual(refit(PRIOR, decisions, ABOUT));
    const distance = (strength: number) =>
      moved(refit(PRIOR, decisions, ABOUT, strength).model.confidence.weights, PRIOR.confidence.weights);
    const distances = [1_000, 100, 10, 1].map(distance);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(distances[0]).toBeLessThan(0.1);
  });

  it('of every decision twice is the refit at half the pull', () => {
    const decisions = many(30, (n) => n % 4 !== 0);
    // a decision and its double lie side by side, so that the stretches of time are the same
    const twice = refit(
      PRIOR,
      decisions.flatMap((one) => [one, one]),
      ABOUT,
      20,
    );
    const once = refit(PRIOR, decisions, ABOUT, 10);
    expect(moved(twice.model.customer.weights, once.model.customer.weights)).toBeLessThan(1e-3);
  });

  it('believes less the more often people say no', () => {
    const word = (share: number) => {
      const { model } = refit(
        PRIOR,
        many(90, (n) => n % 10 >= share),
        ABOUT,
      );
      return sayOf(model, judged(0, true))?.confidence ?? 0;
    };
    const words = [0, 2, 5, 8].map(word);
    expect(words).toEqual([...words].sort((a, b) => b - a));
    expect(words[3]).toBeLessThan((words[0] ?? 0) - 0.1);
  });

  it('acts less, never more, on less evidence than the shipped threshold has', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 80 }), (answers) => {
        const decisions = answers.map((isRight, n) => judged(n, isRight));
        const { model } = refit(PRIOR, decisions, ABOUT);
        expect(model.threshold).toBeGreaterThanOrEqual(PRIOR.threshold);
        expect(isCurrent(model)).toBe(true);
      }),
      { numRuns: 15, seed: 4 },
    );
  });

  it('can be put to work', () => {
    const { model } = refit(
      PRIOR,
      many(60, () => true),
      ABOUT,
    );
    const own = business(...RENT);
    own.model = model;
    own.challenger = PRIOR;
    const before = decide(business(...RENT), payment());
    const decision = decide(own, payment());
    expect(decision.versions.model).toBe('org-1');
    expect(decision.shadow).toMatchObject({
      model: PRIOR.version,
      outcome: before.outcome,
      confidence: before.proposal?.confidence,
      customerId: before.proposal?.customerId,
    });
    expect(isCurrent({ ...model, customer: { names: ['base'], weights: [1] } })).toBe(false);
  });

  it.each(['matching-12', undefined])('only by the engine that it was fitted for, and not by %s', (engine) => {
    const { model } = refit(PRIOR, [], ABOUT);
    expect(isCurrent(model)).toBe(true);
    expect(isCurrent({ ...model, engine })).toBe(false);
  });
});

describe('a challenger', () => {
  it('changes nothing about what is decided', () => {
    const plain = business(...RENT);
    const watched = business(...RENT);
    watched.challenger = { ...PRIOR, version: 'other', threshold: 2 };
    for (const over of [{}, { reference: 'rent' }, { reference: 'INV-2026-00303', amountCents: 99 }]) {
      const { shadow, ...decision } = decide(watched, payment(over));
      expect(decision).toEqual(decide(plain, payment(over)));
      expect(shadow?.outcome).not.toBe('auto');
    }
  });
});

describe('caution', () => {
  it('holds back what the model alone would apply, and says so', () => {
    const careful = business(...RENT);
    expect(decide(careful, payment()).outcome).toBe('auto');
    careful.rules = { ...careful.rules, minConfidence: 1.01 };
    expect(decide(careful, payment())).toMatchObject({
      outcome: 'suggested',
      reason: 'weak_evidence',
      guards: ['drift'],
    });
  });
});

describe('recalibration', () => {
  it('keeps the order, stays within bounds, and moves towards what came true', () => {
    const steps = PRIOR.calibration;
    const samples = (right: boolean) => Array.from({ length: 50 }, (_, n) => ({ score: n / 5, right }));
    for (const right of [true, false]) {
      const { probabilities } = recalibrate(steps, samples(right), 20);
      const isOrdered = steps.probabilities.every(
        (p, at) =>
          at === 0 ||
          p < (steps.probabilities[at - 1] ?? 0) ||
          (probabilities[at] ?? 0) >= (probabilities[at - 1] ?? 0),
      );
      expect(isOrdered).toBe(true);
      expect(Math.min(...probabilities)).toBeGreaterThan(0);
      expect(Math.max(...probabilities)).toBeLessThan(1);
      const mean = (own: typeof steps) =>
        samples(right).reduce((sum, { score }) => sum + calibrated(own, score) / 50, 0);
      const gain = mean({ ...steps, probabilities }) - mean(steps);
      expect(right ? gain : -gain).toBeGreaterThan(0.01);
    }
    expect(recalibrate(steps, [], 20)).toBe(steps);
  });
});
