import type { Contribution, Decision, Proposal } from '@malipo/matching';
import { isOpen, type Match } from '../domain/match.ts';
import type { Review } from '../domain/review.ts';

/**
 * A match as it is stored. `open` and `queuedAt` serve the review queue: `queuedAt` is when the payment arrived. People
 * write `review` apart; a match only reads until when they hold it.
 */
export type MatchDoc = Omit<Match, 'paymentId' | 'decision' | 'heldUntil'> & {
  _id: string;
  decision: StoredDecision;
  open: boolean;
  queuedAt: Date;
  review?: Review;
};

type StoredDecision = Omit<Decision, 'proposal' | 'alternatives'> & {
  proposal: StoredProposal | null;
  alternatives: readonly StoredProposal[];
};

/** Proposals from before contributions were packed hold them as a list. */
type StoredProposal = Omit<Proposal, 'contributions'> & { contributions: Packed | readonly Contribution[] };

/** Scores by feature; most features are there or not, so that only values other than 1 are kept. */
type Packed = { scores: Record<string, number>; values?: Record<string, number> };

export function toMatch({ _id, open: _, queuedAt: __, review, decision, ...row }: MatchDoc): Match {
  return { paymentId: _id, ...row, heldUntil: review?.holdUntil ?? null, decision: changed(decision, unpacked) };
}

export function fromMatch(match: Match): MatchDoc {
  const { paymentId, decision, heldUntil: _, ...row } = match;
  return {
    _id: paymentId,
    ...row,
    decision: changed(decision, packed),
    open: isOpen(match),
    queuedAt: new Date(match.payment.receivedAt),
  };
}

type Proposed<P> = { proposal: P | null; alternatives: readonly P[] };

const changed = <From, To, D extends Proposed<From>>(decision: D, change: (proposal: From) => To) => ({
  ...decision,
  proposal: decision.proposal && change(decision.proposal),
  alternatives: decision.alternatives.map(change),
});

function packed(proposal: Proposal): StoredProposal {
  const { contributions } = proposal;
  const scores = Object.fromEntries(contributions.map(({ feature, score }) => [feature, score]));
  const unusual = contributions.filter(({ value }) => value !== 1);
  if (unusual.length === 0) return { ...proposal, contributions: { scores } };
  const values = Object.fromEntries(unusual.map(({ feature, value }) => [feature, value]));
  return { ...proposal, contributions: { scores, values } };
}

const isListed = (contributions: StoredProposal['contributions']): contributions is readonly Contribution[] =>
  Array.isArray(contributions);

function unpacked(proposal: StoredProposal): Proposal {
  const { contributions } = proposal;
  if (isListed(contributions)) return { ...proposal, contributions };
  const values = new Map(Object.entries(contributions.values ?? {}));
  const scores = Object.entries(contributions.scores);
  const list = scores.map(([feature, score]) => ({ feature, value: values.get(feature) ?? 1, score }));
  return { ...proposal, contributions: list };
}
