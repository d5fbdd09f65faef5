import { type Examined, examine, type Model } from '@malipo/matching';
import { toPayment } from '@malipo/scripts/recon-engine/facts';
import type { Month, Truth } from './dataset.ts';
import { type Feedback, play } from './play.ts';

/** One payment as the models see it, with the answer. */
export type Sample = {
  month: string;
  kind: string;
  truth: Truth;
  examined: Examined;
  chosen: number;
  right: boolean[];
};

/** An allocation is right when the invoices are the same and each amount is within KES 5 (the benchmark's tolerance). */
const TOLERANCE_CENTS = 500;

export function isRight(own: readonly { invoiceId: string; amountCents: number }[], truth: Truth): boolean {
  if (own.length === 0 || own.length !== truth.allocations.length) return false;
  const expected = new Map(truth.allocations.map((part) => [part.invoice, part.amount_cents]));
  return own.every((part) => Math.abs((expected.get(part.invoiceId) ?? -1e9) - part.amountCents) <= TOLERANCE_CENTS);
}

/** Plays a month with a model and keeps what it saw of every payment that is new money. */
export function collect(month: Month, model: Model, feedback: Feedback): Sample[] {
  const truths = new Map(month.truth.map((one) => [one.payment_id, one]));
  const kinds = new Map(month.tenants.map((tenant) => [tenant.id, tenant.kind]));
  const samples: Sample[] = [];
  play(month, {
    feedback,
    model,
    watch: (raw, engine) => {
      const truth = truths.get(raw.id);
      if (!truth || truth.expected === 'duplicate' || truth.expected === 'reversal') return;
      const examined = examine(engine.stateFor(raw), toPayment(raw));
      if (!examined) return;
      const chosen = truth.customer_id === null ? -1 : examined.customers.indexOf(truth.customer_id);
      const right = examined.allocations.map((own) => isRight(own, truth));
      samples.push({ month: month.name, kind: kinds.get(raw.tenant_id) ?? '', truth, examined, chosen, right });
    },
  });
  return samples;
}
