import type { BecauseStored } from '@malipo/matching';
import type { PaymentStatus } from './payment.ts';

export type MatchAllocation = { invoiceId: string; invoiceNumber: string; amountCents: number; roundingCents: number };

/** What reconciliation last decided about a payment. `version` is the match's own; older ones are ignored. */
export type Match = {
  matchId: string;
  version: number;
  /** Was money applied by it? Else the allocations are only suggested, or taken back. */
  applied: boolean;
  decision: string;
  reason: string;
  confidence: number;
  because: readonly BecauseStored[];
  customerId: string | null;
  allocations: MatchAllocation[];
  creditCents: number;
  unappliedCents: number;
  decidedBy: string;
  decidedAt: Date;
};

/** A person refused what was suggested; the money stays where it was, without a home. */
export type Refusal = Pick<Match, 'version' | 'decidedBy' | 'decidedAt'>;

/** How much of a payment found its place, as its status; credit of a known customer counts as placed. */
export function statusAfter(match: Match, amountCents: number): PaymentStatus {
  if (!match.applied) return 'unallocated';
  const placed = match.creditCents + match.allocations.reduce((sum, one) => sum + one.amountCents, 0);
  if (placed <= 0) return 'unallocated';
  return placed >= amountCents ? 'allocated' : 'partly_allocated';
}
