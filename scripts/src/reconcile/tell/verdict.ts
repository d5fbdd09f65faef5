import type { Outcome } from '../outcome.ts';

/** What became of a line with money in it, in a bookkeeper's words. */
export type Verdict = 'applied' | 'suggested' | 'unmatched' | 'taken back' | 'duplicate' | 'reversal';

export function verdictOf({ decision, takenBackBy }: Outcome): Verdict {
  if (decision.reason === 'duplicate' || decision.reason === 'reversal') return decision.reason;
  if (takenBackBy) return 'taken back';
  return decision.outcome === 'auto' ? 'applied' : decision.outcome;
}

/** What of a payment went to invoices, and what is the customer's credit (cents); nothing unless it is applied. */
export function postedOf(outcome: Outcome): {
  allocations: { invoiceId: string; amountCents: number }[];
  creditCents: number;
} {
  const { proposal } = outcome.decision;
  if (verdictOf(outcome) !== 'applied' || !proposal) return { allocations: [], creditCents: 0 };
  return { allocations: [...proposal.allocations], creditCents: proposal.creditCents };
}

export const paidCents = (parts: readonly { amountCents: number }[]): number =>
  parts.reduce((sum, { amountCents }) => sum + amountCents, 0);
