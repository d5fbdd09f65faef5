import type { QueueTotals, ReviewItem } from '@malipo/api-contracts';
import { newId } from '@malipo/values';
import { paymentReceived } from './builders.ts';
import { type Client, openWorld, untilMatch, type World } from './support.ts';

/** When the clock of the review's tests stands, until it is moved. */
export const START = Date.parse('2026-03-10T12:00:00Z');
export const hoursAgo = (hours: number) => new Date(START - hours * 3_600_000).toISOString();

type Queue = { data: ReviewItem[]; totals: QueueTotals | null; page: { next: string | null; prev: string | null } };
export type Item = ReviewItem & { code: string };

export const queueOf = async (api: Client, query = '') =>
  (await api.get<Queue>(`/reconciliation/review-queue${query}`)).body;
export const act = (api: Client, id: string, verb: string, body: unknown) =>
  api.post<Item>(`/reconciliation/matches/${id}/${verb}`, body);

export type ReviewWorld = World & { setClock(at: number): void };

/** A world whose clock stands still, and which looks often for what is overdue. */
export async function openReviewWorld(): Promise<ReviewWorld> {
  let clock = START;
  const world = await openWorld(() => new Date(clock), { MALIPO_RECONCILIATION_OVERDUE_MS: '100' });
  const setClock = (at: number) => {
    clock = at;
  };
  return { ...world, setClock };
}

/** An organisation with unmatched money of 1, 2, … thousand cents, arrived so many hours ago. */
export async function waiting(world: ReviewWorld, ...hours: number[]) {
  world.setClock(START);
  const organisationId = newId();
  const api = world.as(organisationId);
  const payments = hours.map((hour, n) => ({
    paymentId: newId(),
    amountCents: (n + 1) * 1_000,
    receivedAt: hoursAgo(hour),
    payerNames: [`PAYER${n}`],
    reference: `nobody ${n}`,
  }));
  await world.publish(...payments.map((payment) => paymentReceived(organisationId, payment)));
  for (const { paymentId } of payments) await untilMatch(api, paymentId, 'unmatched');
  return { organisationId, api, ids: payments.map((payment) => payment.paymentId) };
}
