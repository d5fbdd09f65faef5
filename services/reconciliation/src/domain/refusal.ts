import { ENGINE, isOpen, type Match, proposalsOf } from './match.ts';
import type { Unit } from './unit.ts';

/** Did a person say no to it last, to a suggestion or to what was applied? */
export const isRefused = ({ status, decidedBy }: Match): boolean =>
  status === 'rejected' || (status === 'undone' && decidedBy !== ENGINE);

/** Was a person's word the last about where the money belongs: a no, or a decision whose ground was lost? */
export const isLeftByPerson = ({ status, byPerson }: Match): boolean =>
  byPerson && (status === 'rejected' || status === 'undone');

/** A person said that it is not this customer's. */
export const refusing = (match: Match, customerId: string | null): Match =>
  customerId === null || match.refused?.includes(customerId)
    ? match
    : { ...match, refused: [...(match.refused ?? []), customerId] };

/** A person has now said that it is: their latest word counts. */
export const accepting = (match: Match, customerId: string): Match =>
  match.refused ? { ...match, refused: match.refused.filter((id) => id !== customerId) } : match;

/** Customers whose money it might have been, until a step settled it, a person said no, or others were suggested instead. */
export function clearedBy(before: Match, now: Match): string[] {
  if (before.version === 0 || !isOpen(before)) return []; // it has just come, and was never suspected
  const isSaidNo = now.status === 'rejected' && before.status !== 'rejected';
  const still = isOpen(now) && !isSaidNo ? suggestedIn(now) : [];
  return suggestedIn(before).filter((customerId) => !still.includes(customerId));
}

const suggestedIn = ({ decision }: Match): string[] => proposalsOf(decision).map((proposal) => proposal.customerId);

/** Invoices that waiting money offered to pay before a commit, and after it. */
export type Offer = { paymentId: string; before: readonly string[]; now: readonly string[] };

/**
 * What became of offers that stand beside a person's word. The engine suspects nobody of such money, so that nothing in its
 * memory leads from an invoice to it.
 */
export const offersIn = ({ matches }: Unit<unknown>): Offer[] =>
  [...matches.values()].flatMap(({ before, now }) => {
    const offer = { paymentId: now.paymentId, before: before ? offeredBy(before) : [], now: offeredBy(now) };
    return offer.before.length + offer.now.length > 0 ? [offer] : [];
  });

function offeredBy(match: Match): string[] {
  if (!isOpen(match) || !isLeftByPerson(match)) return [];
  const parts = proposalsOf(match.decision).flatMap((proposal) => proposal.allocations);
  return [...new Set(parts.map((part) => part.invoiceId))];
}
