import type {
  AllocationUndone,
  PaymentAllocated,
  PaymentNeedsReview,
  PaymentUnmatched,
  SuggestionRefused,
} from '@malipo/events';
import type { ClientSession, ReceivedOf } from '@malipo/service-kit';
import { type Match, type Refusal, statusAfter } from '../domain/match.ts';
import type { Settled } from '../store/payment-decisions.ts';
import type { PaymentStore } from '../store/payments.ts';

export type MatchEvent = ReceivedOf<
  typeof PaymentAllocated | typeof PaymentNeedsReview | typeof PaymentUnmatched | typeof AllocationUndone
>;

export type RefusalEvent = ReceivedOf<typeof SuggestionRefused>;

/** Keeps on each payment what reconciliation last decided about it; the newest version wins, in one write a slice. */
export async function projectMatches(
  payments: PaymentStore,
  slice: readonly MatchEvent[],
  session: ClientSession,
): Promise<void> {
  const newest = new Map<string, Settled>();
  for (const event of slice) {
    const match = matchOf(event);
    const before = newest.get(event.data.paymentId);
    if (before && before.match.version >= match.version) continue;
    newest.set(event.data.paymentId, { match, status: statusAfter(match, event.data.amountCents) });
  }
  await payments.applyMatches(newest, session);
}

/** A person's "no" to what was suggested; after the decisions of the same slice, since it refers to one of them. */
export async function projectRefusals(
  payments: PaymentStore,
  slice: readonly RefusalEvent[],
  session: ClientSession,
): Promise<void> {
  const newest = new Map<string, Refusal>();
  for (const { data, subject, occurredAt } of slice) {
    const before = newest.get(data.paymentId);
    if (before && before.version >= subject.version) continue;
    newest.set(data.paymentId, {
      version: subject.version,
      decidedBy: data.refusedBy,
      decidedAt: new Date(occurredAt),
    });
  }
  await payments.applyRefusals(newest, session);
}

function matchOf({ type, subject, data }: MatchEvent): Match {
  return {
    matchId: data.matchId,
    version: subject.version,
    applied: type === 'payment.allocated',
    decision: data.decision,
    reason: data.reason,
    confidence: data.confidence,
    because: data.because,
    customerId: data.customerId,
    allocations: data.allocations.map(({ invoiceId, invoiceNumber, amountCents, roundingCents }) => ({
      invoiceId,
      invoiceNumber,
      amountCents,
      roundingCents,
    })),
    creditCents: data.creditCents,
    unappliedCents: data.unappliedCents,
    decidedBy: data.decidedBy,
    decidedAt: new Date(data.decidedAt),
  };
}
