import type { Model } from '@malipo/matching';
import { createEngine, type Engine } from '@malipo/scripts/recon-engine/engine';
import type { RawFeedback, RawPayment, RawPrediction } from '@malipo/scripts/recon-engine/records';
import type { Month, Truth } from './dataset.ts';

export type Feedback = 'day' | 'none';
export type Played = { predictions: Map<string, RawPrediction>; micros: Float64Array; engine: Engine };

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

/** Plays a month in arrival order, with the reviewers' answers at the end of each day, as the benchmark's driver does. */
export function play(
  month: Month,
  options: { feedback: Feedback; model?: Model; watch?: (payment: RawPayment, engine: Engine) => void },
): Played {
  const engine = createEngine(month, options.model);
  const truth = new Map(month.truth.map((one) => [one.payment_id, one]));
  const predictions = new Map<string, RawPrediction>();
  const micros = new Float64Array(month.payments.length);
  let open: RawFeedback[] = [];
  let day = '';
  for (const [at, payment] of month.payments.entries()) {
    const today = payment.received_at.slice(0, 10);
    if (today !== day && options.feedback === 'day') {
      engine.feedback(open);
      open = [];
    }
    day = today;
    options.watch?.(payment, engine);
    const start = performance.now();
    const prediction = engine.predict(payment);
    micros[at] = (performance.now() - start) * 1000;
    predictions.set(payment.id, prediction);
    const known = truth.get(payment.id);
    if (known && prediction.decision !== 'auto') open.push(answer(known));
  }
  return { predictions, micros, engine };
}
