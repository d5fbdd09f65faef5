import { type Filter, listPage, type Page, type PageQuery } from '@malipo/service-kit';
import type { Mode } from '../domain/ledger.ts';
import type { Collections } from './collections.ts';
import type { MatchDoc } from './match-doc.ts';

export type CreditFilter = { organisationId: string; mode: Mode; customerId?: string | undefined };
export type CreditSum = { currency: string; count: number; creditCents: number };

/** Payments that left something over, the oldest first. */
export const readCredits = (
  { matches }: Collections,
  filter: CreditFilter,
  query: PageQuery,
): Promise<Page<MatchDoc>> =>
  listPage(matches, ofCredits(filter), { field: 'queuedAt', kind: 'date', order: 'asc' }, query, (row) => row);

/** What is left over altogether, by currency. */
export async function sumCredits({ matches }: Collections, filter: CreditFilter): Promise<CreditSum[]> {
  const sums = matches.aggregate<{ _id: string; count: number; creditCents: number }>([
    { $match: ofCredits(filter) },
    { $group: { _id: '$payment.currency', count: { $sum: 1 }, creditCents: { $sum: '$creditCents' } } },
    { $sort: { _id: 1 } },
  ]);
  return (await sums.toArray()).map(({ _id, ...sum }) => ({ currency: _id, ...sum }));
}

/** Served by the index of credits. */
const ofCredits = ({
  organisationId,
  mode,
  customerId,
}: CreditFilter): Filter<MatchDoc> & { organisationId: string } => ({
  organisationId,
  mode,
  ...(customerId ? { customerId } : {}),
  creditCents: { $gt: 0 },
});
