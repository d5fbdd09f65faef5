import type { QueueTotals, ReviewItem, ReviewView } from '@malipo/api-contracts';
import { sumCents } from '@malipo/values';
import type { Deps } from '../commands/work.ts';
import { dueAt, isHeld, NO_REVIEW } from '../domain/review.ts';
import { type MatchDoc, toMatch } from '../store/match-doc.ts';
import { AGEING, type AgeRow } from '../store/review-queue.ts';
import { presentMatches } from './present.ts';

/** Matches with what people arranged about them. */
export async function presentItems(
  deps: Deps,
  organisationId: string,
  docs: readonly MatchDoc[],
): Promise<ReviewItem[]> {
  if (docs.length === 0) return [];
  const { reviewHours } = await deps.reviewSettings.of(organisationId);
  const views = await presentMatches(deps, organisationId, docs.map(toMatch));
  const reviews = new Map(docs.map((doc) => [doc._id, presentReview(doc, deps.now(), reviewHours)]));
  return views.flatMap((view) => {
    const review = reviews.get(view.id);
    return review ? [{ ...view, review }] : [];
  });
}

function presentReview(doc: MatchDoc, now: Date, reviewHours: number): ReviewView {
  const review = doc.review ?? NO_REVIEW;
  const due = doc.open ? dueAt(doc.queuedAt, review, reviewHours) : null;
  const onHold = isHeld(review, now);
  return {
    assigneeId: review.assigneeId,
    onHold,
    holdUntil: onHold ? (review.holdUntil?.toISOString() ?? null) : null,
    holdReason: onHold ? review.holdReason : null,
    dueAt: due?.toISOString() ?? null,
    overdue: due !== null && due < now,
    notes: review.notes.map((note) => ({ ...note, at: note.at.toISOString() })),
    version: review.version,
  };
}

export function presentTotals(rows: readonly AgeRow[]): QueueTotals {
  const currencies = [...Map.groupBy(rows, (row) => row.currency)].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    count: sumCents(rows.map((row) => row.count)),
    overdue: sumCents(rows.map((row) => row.overdue)),
    byCurrency: currencies.map(([currency, own]) => ({
      currency,
      count: sumCents(own.map((row) => row.count)),
      unappliedCents: own.reduce((sum, row) => sum + row.cents, 0),
      ageing: AGEING.map(({ days }) => {
        const row = own.find((one) => one.days === days);
        return { days, count: row?.count ?? 0, unappliedCents: row?.cents ?? 0 };
      }),
    })),
  };
}
