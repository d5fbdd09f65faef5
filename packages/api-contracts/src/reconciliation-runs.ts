import { z } from 'zod';
import { Id, Instant } from './fields.ts';
import { BriefDecision, TriedRules } from './reconciliation-rules.ts';

/** `unresolved`: money without a home that no person has decided on. `all`: every payment; only dry. */
export const RunScope = z.enum(['unresolved', 'all']);

/** A run covers no longer period. */
export const MAX_RUN_DAYS = 366;

/** Matches a period's payments again, or says what would change. */
export const StartRun = z.strictObject({
  from: Instant.describe('payments that arrived from this time on'),
  to: Instant.describe(`and before this, at most ${MAX_RUN_DAYS} days later`),
  dryRun: z.boolean().default(false),
  scope: RunScope.default('unresolved'),
  rules: TriedRules.optional().describe('only dry: other rules than today’s'),
});
export type StartRun = z.infer<typeof StartRun>;

export const RunStatus = z.enum(['queued', 'running', 'done', 'cancelled', 'failed']);

export const RunView = z.object({
  id: Id,
  status: RunStatus,
  dryRun: z.boolean(),
  scope: RunScope,
  from: Instant,
  to: Instant,
  progress: z.object({ total: z.int(), looked: z.int(), share: z.number().describe('0 to 1') }),
  counts: z.object({
    unchanged: z.int(),
    auto: z.int().describe('applied by it, or would be'),
    suggested: z.int(),
    unmatched: z.int(),
    gone: z.int().describe('settled or taken back by somebody else before it was reached'),
  }),
  startedBy: z.string(),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
  error: z.string().nullable(),
});
export type RunView = z.infer<typeof RunView>;

/** What a run made of one payment. */
export const RunOutcome = z.object({
  paymentId: Id,
  outcome: z.enum(['unchanged', 'auto', 'suggested', 'unmatched', 'gone']),
  before: BriefDecision,
  after: BriefDecision.nullable(),
});
export type RunOutcome = z.infer<typeof RunOutcome>;

const Outcomes = z.object({
  data: z.array(RunOutcome),
  page: z.object({ next: z.string().nullable(), prev: z.string().nullable(), limit: z.int() }),
});
export const RunDetail = RunView.extend({
  outcomes: Outcomes.describe('the latest first; kept for 90 days, the counts for ever'),
});
export type RunDetail = z.infer<typeof RunDetail>;
