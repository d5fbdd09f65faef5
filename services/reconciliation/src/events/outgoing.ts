import {
  AliasLearned,
  AllocationUndone,
  PaymentAllocated,
  PaymentNeedsReview,
  PaymentUnmatched,
  SuggestionRefused,
} from '@malipo/events';
import type { Cause, OutgoingEvent } from '@malipo/service-kit';
import { type AllocationLine, allocationIdOf, heldLines, type Match } from '../domain/match.ts';

type Announce = (match: Match) => OutgoingEvent;

/** @param balanceCents what the customer still owes after this, over all its invoices */
export const allocated =
  (cause: Cause, balanceCents: () => number): Announce =>
  (match) =>
    PaymentAllocated.create(
      {
        ...decided(match),
        allocations: heldLines(match).map(toAllocation),
        ...forReceipt(match),
        balanceCents: tellable(balanceCents()),
      },
      about(match, cause),
    );

/** More or less of it is applied than was, by the same decision: invoices hear of those that it pays no more, too. */
export const adjusted =
  (cause: Cause, at: Date, balanceCents: () => number): Announce =>
  (match) =>
    PaymentAllocated.create(
      { ...decided(match), ...forReceipt(match), balanceCents: tellable(balanceCents()) },
      { ...about(match, cause), at },
    );

/**
 * Money without a home, with what a person is asked to confirm, if anything.
 * @param at when the engine looked: the decision that stands may be a person's, and older
 */
export const leftOpen =
  (cause: Cause, at: Date, numberOf: (invoiceId: string) => string): Announce =>
  (match) => {
    const { outcome, proposal } = match.decision;
    const news = { ...about(match, cause), at };
    if (outcome !== 'suggested' || !proposal) return PaymentUnmatched.create(decided(match), news);
    const allocations = proposal.allocations.map((part) => toSuggestion(match, part, numberOf(part.invoiceId)));
    return PaymentNeedsReview.create({ ...decided(match), allocations }, news);
  };

export const undone =
  (cause: Cause): Announce =>
  (match) =>
    AllocationUndone.create(decided(match), about(match, cause));

export const refused =
  (cause: Cause, customerId: string | null, why: string): Announce =>
  (match) =>
    SuggestionRefused.create(
      { paymentId: match.paymentId, customerId, refusedBy: match.decidedBy, reason: why },
      about(match, cause),
    );

export const aliasLearned =
  (cause: Cause, customerId: string): Announce =>
  (match) =>
    AliasLearned.create({ paymentId: match.paymentId, customerId }, about(match, cause));

const about = (match: Match, cause: Cause) => ({
  organisationId: match.organisationId,
  subject: { id: match.paymentId, version: match.version },
  at: match.decidedAt,
  cause,
});

const decided = (match: Match) => ({
  paymentId: match.paymentId,
  matchId: match.paymentId,
  mode: match.mode,
  currency: match.payment.currency,
  amountCents: match.payment.amountCents,
  decision: match.status,
  reason: match.reason,
  confidence: match.decision.proposal?.confidence ?? 0,
  customerId: match.customerId,
  allocations: match.allocations.map(toAllocation),
  creditCents: match.creditCents,
  unappliedCents: match.unappliedCents,
  because: [...(match.decision.proposal?.because ?? [])],
  decidedBy: match.decidedBy,
  decidedAt: match.decidedAt.toISOString(),
});

/** Events hold no number beyond this. What was billed before `billed_too_much` may be more, and parks nothing. */
const tellable = (cents: number): number => Math.min(cents, Number.MAX_SAFE_INTEGER);

const forReceipt = ({ payment: { receipt, number } }: Match) => ({
  receipt,
  payer: { msisdn: number.form === 'full' ? number.value : null },
});

const toAllocation = ({ customerId: _, ...line }: AllocationLine) => line;

/** A part as it would lie on its invoice; crumbs show once it does. */
const toSuggestion = (
  match: Match,
  { invoiceId, amountCents }: { invoiceId: string; amountCents: number },
  invoiceNumber: string,
) => ({
  allocationId: allocationIdOf(match, invoiceId),
  invoiceId,
  invoiceNumber,
  amountCents,
  roundingCents: 0,
  version: (match.allocations.find((line) => line.invoiceId === invoiceId)?.version ?? 0) + 1,
});
