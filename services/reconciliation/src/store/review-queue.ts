import { type Document, type Filter, listPage, type Page, type PageQuery, type Sort } from '@malipo/service-kit';
import { toMsisdn } from '@malipo/values';
import type { Mode } from '../domain/ledger.ts';
import type { Collections } from './collections.ts';
import type { MatchDoc } from './match-doc.ts';

/** What of the queue is asked for. */
export type QueueFilter = {
  organisationId: string;
  mode: Mode;
  status?: string | undefined;
  reason?: string | undefined;
  minAmountCents?: number | undefined;
  maxAmountCents?: number | undefined;
  olderThanHours?: number | undefined;
  newerThanHours?: number | undefined;
  /** A user's id; null for what nobody is assigned to. */
  assigneeId?: string | null | undefined;
  onHold: 'true' | 'false' | 'all';
  overdue?: boolean | undefined;
  customerId?: string | undefined;
  text?: string | undefined;
};

type OfQueue = Filter<MatchDoc> & { organisationId: string };

export type QueueSort = 'age' | 'amount' | 'confidence';

const HOUR_MS = 3_600_000;

/** The filter as of now; served by the index of open matches, which holds one organisation's queue. */
export function queueFilter(filter: QueueFilter, now: Date, reviewHours: number): OfQueue {
  const ago = (hours: number) => new Date(now.getTime() - hours * HOUR_MS);
  const parts: Document[] = [{ mode: filter.mode, open: true }];
  if (filter.status) parts.push({ status: filter.status });
  if (filter.reason) parts.push({ reason: filter.reason });
  if (filter.minAmountCents !== undefined) parts.push({ unappliedCents: { $gte: filter.minAmountCents } });
  if (filter.maxAmountCents !== undefined) parts.push({ unappliedCents: { $lte: filter.maxAmountCents } });
  if (filter.olderThanHours !== undefined) parts.push({ queuedAt: { $lte: ago(filter.olderThanHours) } });
  if (filter.newerThanHours !== undefined) parts.push({ queuedAt: { $gt: ago(filter.newerThanHours) } });
  if (filter.assigneeId !== undefined) parts.push({ 'review.assigneeId': filter.assigneeId });
  if (filter.onHold === 'true') parts.push({ 'review.holdUntil': { $gt: now } });
  if (filter.onHold === 'false') parts.push(notHeld(now));
  if (filter.overdue === true) parts.push(notHeld(now), { queuedAt: { $lt: ago(reviewHours) } });
  if (filter.overdue === false)
    parts.push({ $or: [{ 'review.holdUntil': { $gt: now } }, { queuedAt: { $gte: ago(reviewHours) } }] });
  if (filter.customerId)
    parts.push({
      $or: [
        { 'decision.proposal.customerId': filter.customerId },
        { 'decision.alternatives.customerId': filter.customerId },
      ],
    });
  if (filter.text) parts.push(containing(filter.text));
  return { organisationId: filter.organisationId, $and: parts } as OfQueue;
}

/** Not on hold now, whether it ever was. */
export const notHeld = (now: Date): Document => ({
  $or: [{ 'review.holdUntil': null }, { 'review.holdUntil': { $lte: now } }],
});

const TEXT_FIELDS = ['reference', 'narrative', 'receipt', 'number.value'];
/** A name comes in parts, and is asked for as it is read. */
const PAYER_NAME = {
  $reduce: { input: '$payment.payerNames', initialValue: '', in: { $concat: ['$$value', ' ', '$$this'] } },
};

/** A phone number is found however it is written, and words with however many spaces between them. */
const containing = (text: string): Document => {
  const parts = [text, toMsisdn(text) ?? text].map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const regex = [...new Set(parts)].join('|').replace(/\s+/g, '\\s+');
  const fields = TEXT_FIELDS.map((field) => ({ [`payment.${field}`]: { $regex: regex, $options: 'i' } }));
  return { $or: [...fields, { $expr: { $regexMatch: { input: PAYER_NAME, regex, options: 'i' } } }] };
};

const sortOf = (by: QueueSort, order: 'asc' | 'desc'): Sort<MatchDoc> => {
  if (by === 'age') return { field: 'queuedAt', kind: 'date', order };
  if (by === 'amount') return { field: 'unappliedCents', kind: 'number', order };
  // what has no proposal has no confidence
  return { by: { $ifNull: ['$decision.proposal.confidence', 0] }, kind: 'number', order };
};

/** One page, in a stable order: by the sort's value, then by id. */
export const readQueuePage = (
  { matches }: Collections,
  filter: OfQueue,
  sort: { by: QueueSort; order: 'asc' | 'desc' },
  query: PageQuery,
): Promise<Page<MatchDoc>> => listPage(matches, filter, sortOf(sort.by, sort.order), query, (row) => row);

/** Days since arrival, upper bounds in days; beyond the last is the oldest bucket. */
export const AGEING = [
  { days: '0-1', below: 1 },
  { days: '1-3', below: 3 },
  { days: '3-7', below: 7 },
  { days: '7-30', below: 30 },
  { days: '>30', below: Number.POSITIVE_INFINITY },
] as const;

export type AgeRow = { currency: string; days: string; count: number; cents: number; overdue: number };

/** Everything that fits the filter, by currency and age. */
export async function queueTotals(
  { matches }: Collections,
  filter: Filter<MatchDoc>,
  now: Date,
  reviewHours: number,
): Promise<AgeRow[]> {
  const since = (hours: number) => new Date(now.getTime() - hours * HOUR_MS);
  const branches = AGEING.filter((one) => Number.isFinite(one.below)).map((one) => ({
    case: { $gt: ['$queuedAt', since(one.below * 24)] },
    // biome-ignore lint/suspicious/noThenProperty: MongoDB's word in $switch
    then: one.days,
  }));
  const isOverdue = {
    $and: [
      { $lt: ['$queuedAt', since(reviewHours)] },
      { $lte: [{ $ifNull: ['$review.holdUntil', new Date(0)] }, now] },
    ],
  };
  const rows = await matches
    .aggregate<{ _id: { currency: string; days: string }; count: number; cents: number; overdue: number }>([
      { $match: filter },
      {
        $group: {
          _id: { currency: '$payment.currency', days: { $switch: { branches, default: '>30' } } },
          count: { $sum: 1 },
          cents: { $sum: '$unappliedCents' },
          overdue: { $sum: { $cond: [isOverdue, 1, 0] } },
        },
      },
    ])
    .toArray();
  return rows.map(({ _id, ...row }) => ({ ..._id, ...row }));
}
