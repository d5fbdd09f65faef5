import type { Model } from '@malipo/matching';
import { createEngine, type Engine } from '@malipo/scripts/recon-engine/engine';
import type { RawFeedback, RawPayment, RawPrediction } from '@malipo/scripts/recon-engine/records';
import type { Month, Truth } from './dataset.ts';

export type Feedback = 'day' | 'none';
export type Played = { predictions: Map<string, RawPrediction> };

/** What the reviewers say about a payment that was not applied automatically. */
export function answer(truth: Truth): RawFeedback {
  const reviewed = truth.allocations.length > 0 ? 'apply' : 'credit';
  return {
    payment_id: truth.payment_id,
    outcome: truth.expected === 'review' ? reviewed : truth.expected,
    customer_id: truth.customer_id,
    allocations: truth.allocations,
  };
}

type Playing = { feedback: Feedback; model?: Model; watch?: (payment: RawPayment, engine: Engine) => void };

/** What the engine said, and how many microseconds it took. */
type Taken = { prediction: RawPrediction; micros: number };

/**
 * Takes a month's payments one by one, to be handed over in order of arrival, with the reviewers' answers at the end of
 * each day, as the benchmark's driver does.
 */
export function createPlayer(month: Month, options: Playing): { engine: Engine; take(payment: RawPayment): Taken } {
  const engine = createEngine(month, options.model);
  const truth = new Map(month.truth.map((one) => [one.payment_id, one]));
  let open: RawFeedback[] = [];
  let day = '';
  const take = (payment: RawPayment): Taken => {
    const today = payment.received_at.slice(0, 10);
    if (today !== day && options.feedback === 'day') {
      engine.feedback(open);
      open = [];
    }
    day = today;
    options.watch?.(payment, engine);
    const start = performance.now();
    const prediction = engine.predict(payment);
    const micros = (performance.now() - start) * 1000;
    const known = truth.get(payment.id);
    if (known && prediction.decision !== 'auto') open.push(answer(known));
    return { prediction, micros };
  };
  return { engine, take };
}

/** Plays a whole month. */
export function play(month: Month, options: Playing): Played {
  const { take } = createPlayer(month, options);
  return { predictions: new Map(month.payments.map((payment) => [payment.id, take(payment).prediction])) };
}
