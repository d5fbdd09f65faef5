import type { HistoryEntry } from '@malipo/api-contracts';
import { NotFoundError } from '@malipo/service-kit';
import type { Deps } from '../commands/work.ts';
import type { Leg } from '../domain/ledger.ts';
import { ENGINE, type Match } from '../domain/match.ts';
import { NO_REVIEW } from '../domain/review.ts';
import type { EntryDoc } from '../store/collections.ts';
import { toMatch } from '../store/match-doc.ts';

/**
 * Everything that happened to a payment, oldest first: decisions with their reasons, what people arranged, and each
 * entry that it made in the ledger.
 * @throws {NotFoundError} match_not_found
 */
export async function historyOf(deps: Deps, organisationId: string, paymentId: string): Promise<HistoryEntry[]> {
  const { matches, entries } = deps.collections;
  const doc = await matches.findOne({ _id: paymentId, organisationId });
  if (!doc) throw new NotFoundError('match_not_found', `there is no match ${paymentId}`);
  const moved = await entries
    .find({ organisationId, _id: { $gte: `${paymentId}:`, $lt: `${paymentId};` } })
    .sort({ _id: 1 })
    .toArray();
  const match = toMatch(doc);
  const lines = [
    ...match.history.map((line) => entry('decision', line)),
    ...(doc.review ?? NO_REVIEW).log.map((line) => entry('review', line)),
    ...moved.map((one) => ({
      ...entry('ledger', { at: one.at, who: whoMoved(match, one), what: one.kind, why: one.cause }),
      legs: one.legs,
    })),
  ];
  return lines.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

const entry = (
  kind: HistoryEntry['kind'],
  { at, who, what, why }: { at: Date; who: string; what: string; why: string },
): HistoryEntry & { legs: Leg[] } => ({ at: at.toISOString(), who, kind, what, why, legs: [] });

/** An entry is made in the same moment as the decision that moves the money. */
const whoMoved = (match: Match, { at }: EntryDoc): string =>
  match.history.find((line) => line.at.getTime() === at.getTime())?.who ?? ENGINE;
