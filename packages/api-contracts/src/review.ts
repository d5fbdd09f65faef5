import { Currency } from '@malipo/values';
import { z } from 'zod';
import { Amount, Id, Instant, Sum, Why } from './fields.ts';
import { MatchView } from './reconciliation.ts';

const Text = z.string().trim().min(1).max(2_000);

/** What people arranged about money that waits; it moves no cent. */
export const ReviewView = z.object({
  assigneeId: Id.nullable(),
  onHold: z.boolean(),
  holdUntil: Instant.nullable().describe('it comes back into the queue by itself'),
  holdReason: z.string().nullable(),
  dueAt: Instant.nullable().describe('when somebody should have decided; null once it is decided'),
  overdue: z.boolean(),
  notes: z.array(z.object({ id: Id, who: z.string(), at: Instant, text: z.string() })),
  version: z.int().describe('for `expectedVersion` of the next arrangement'),
});
export type ReviewView = z.infer<typeof ReviewView>;

export const ReviewItem = MatchView.extend({ review: ReviewView });
export type ReviewItem = z.infer<typeof ReviewItem>;

const Bucket = z.enum(['0-1', '1-3', '3-7', '7-30', '>30']);

/** About everything that fits the filters, not only this page. */
export const QueueTotals = z.object({
  count: z.int(),
  overdue: z.int(),
  byCurrency: z.array(
    z.object({
      currency: Currency,
      count: z.int(),
      unappliedCents: Sum.describe('cash at stake'),
      ageing: z.array(z.object({ days: Bucket, count: z.int(), unappliedCents: Sum })),
    }),
  ),
});
export type QueueTotals = z.infer<typeof QueueTotals>;

const Seen = { expectedVersion: z.int().min(0).max(1_000_000).optional().describe('of the review, as it was seen') };

export const HoldReview = z.strictObject({ until: Instant, reason: Text, ...Seen });
export const ReleaseReview = z.strictObject(Seen);
export const AssignReview = z.strictObject({ userId: Id.nullable().describe('null: nobody'), ...Seen });
export const NoteReview = z.strictObject({ text: Text });

/** Many decisions in one request; each stands alone. */
export const BulkDecision = z.strictObject({
  action: z.enum(['confirm', 'reject']),
  reason: Why.optional(),
  items: z
    .array(
      z.strictObject({
        paymentId: Id,
        proposal: z
          .int()
          .min(0)
          .max(10)
          .optional()
          .describe('confirm only: 0 is the proposal, 1 to 3 the alternatives'),
        expectedVersion: z
          .int()
          .min(1)
          .max(1_000_000_000)
          .optional()
          .describe('the match’s version that was looked at; another one now is refused'),
      }),
    )
    .min(1)
    .max(200),
});
export type BulkDecision = z.infer<typeof BulkDecision>;

export const BulkDecisionResult = z.object({
  done: z.int().describe('decided as asked, now or before'),
  failed: z.int(),
  results: z.array(
    z.object({
      paymentId: Id,
      status: z.int().describe('what the single request would have answered'),
      decision: z.string().nullable(),
      version: z.int().nullable(),
      code: z.string().nullable(),
      detail: z.string().nullable(),
    }),
  ),
});
export type BulkDecisionResult = z.infer<typeof BulkDecisionResult>;

/** One thing that happened to a payment. */
export const HistoryEntry = z.object({
  at: Instant,
  who: z.string().describe('engine, or a user id'),
  kind: z.enum(['decision', 'review', 'ledger']),
  what: z.string(),
  why: z.string(),
  legs: z
    .array(
      z.object({ account: z.string(), amountCents: Amount, customerId: Id.optional(), channel: z.string().optional() }),
    )
    .describe('money that it moved: debit positive, credit negative'),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;
export const MatchHistory = z.object({ data: z.array(HistoryEntry) });
export type MatchHistory = z.infer<typeof MatchHistory>;

export const ReviewSettingsView = z.strictObject({
  reviewHours: z.number().positive().max(2_000).describe('money without a home should be decided on within this time'),
  dueSoonDays: z.int().min(0).max(60).describe('an invoice is due soon so long before its due date'),
  missingDays: z.int().min(0).max(365).describe('and missing so long after it'),
  requestLateMinutes: z.number().positive().max(10_000).describe('a prompt is late after this time'),
  requestMissingHours: z.number().positive().max(2_000).describe('and missing after this'),
});
export type ReviewSettingsView = z.infer<typeof ReviewSettingsView>;

export const ExpectedStatus = z.enum(['expected', 'due_soon', 'late', 'missing']);
export const ExpectedKind = z.enum(['invoice', 'request']);

/** Money that should come, and how late it is. */
export const ExpectedView = z.object({
  id: Id.describe('of the invoice or of the payment request'),
  kind: ExpectedKind,
  status: ExpectedStatus,
  customerId: Id.nullable(),
  customerName: z.string().nullable(),
  invoiceId: Id.nullable(),
  invoiceNumber: z.string().nullable(),
  currency: Currency,
  amountCents: Amount.describe('still to come'),
  expectedBy: z.string().describe('day (Nairobi) of an invoice, time of a prompt'),
});
export type ExpectedView = z.infer<typeof ExpectedView>;

export const ExpectedTotals = z.array(
  z.object({ status: ExpectedStatus, currency: Currency, count: z.int(), amountCents: Sum }),
);
export type ExpectedTotals = z.infer<typeof ExpectedTotals>;
