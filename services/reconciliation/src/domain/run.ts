import type { Decision, Proposal } from '@malipo/matching';
import type { HouseRules } from './house-rules.ts';
import { heldLines, type Match, splitOf } from './match.ts';

export type RunScope = 'unresolved' | 'all';
export type RunStatus = 'queued' | 'running' | 'done' | 'cancelled' | 'failed';
/** What a run made of one payment; `gone` was settled or taken back by somebody else before it was reached. */
export type RunResult = 'unchanged' | 'auto' | 'suggested' | 'unmatched' | 'gone';

/** One pass over a period's payments, worked off in small slices by whoever holds the lease. */
export type Run = {
  organisationId: string;
  status: RunStatus;
  /** True until it ended: an organisation has at most one such run. */
  active?: true;
  dryRun: boolean;
  scope: RunScope;
  from: Date;
  to: Date;
  /** Rules to be tried; null for the organisation's own. */
  rules: HouseRules | null;
  startedBy: string;
  cause: string;
  createdAt: Date;
  finishedAt: Date | null;
  error: string | null;
  total: number;
  looked: number;
  counts: Record<RunResult, number>;
  /** The last payment that was dealt with; null before the first. */
  at: { queuedAt: Date; id: string } | null;
  lease: { owner: string; until: Date } | null;
  /** Slices that failed one after the other. */
  failures: number;
};

export const NO_COUNTS: Record<RunResult, number> = { unchanged: 0, auto: 0, suggested: 0, unmatched: 0, gone: 0 };

/** A decision in few words, for comparing two. */
export type BriefDecision = {
  outcome: string;
  reason: string;
  confidence: number;
  rule: string | null;
  customerId: string | null;
  allocations: { invoiceId: string; amountCents: number }[];
  guards: string[];
};

export type OutcomeOfRun = {
  paymentId: string;
  outcome: RunResult;
  before: BriefDecision;
  after: BriefDecision | null;
};

export const briefOf = (decision: Decision): BriefDecision => ({
  outcome: decision.outcome,
  reason: decision.reason,
  confidence: decision.proposal?.confidence ?? 0,
  rule: decision.proposal?.rule ?? null,
  customerId: decision.proposal?.customerId ?? null,
  allocations: partsOf(decision.proposal),
  guards: [...decision.guards],
});

const partsOf = (proposal: Proposal | null) =>
  (proposal?.allocations ?? []).map(({ invoiceId, amountCents }) => ({ invoiceId, amountCents }));

/** Where a payment stands, whoever decided. */
export const briefOfMatch = (match: Match): BriefDecision => ({
  ...briefOf(match.decision),
  outcome: match.status,
  reason: match.reason,
  ...(match.customerId
    ? {
        customerId: match.customerId,
        allocations: heldLines(match).map(({ invoiceId, amountCents }) => ({ invoiceId, amountCents })),
      }
    : {}),
});

/** Would the two do the same with the money? Reasons and confidence aside. */
export const actAlike = (a: BriefDecision, b: BriefDecision): boolean =>
  a.outcome === b.outcome && a.customerId === b.customerId && splitOf(a.allocations) === splitOf(b.allocations);

/** What a run, which signs with its own words, made of a payment. */
export function resultOf(match: Match, signature: string): RunResult {
  const line = match.history.findLast((one) => one.why === signature);
  if (line?.what === 'auto' || line?.what === 'suggested' || line?.what === 'unmatched') return line.what;
  return match.unappliedCents > 0 ? 'unchanged' : 'gone';
}
