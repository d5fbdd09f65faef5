import type { Document } from '@malipo/service-kit';
import { BINS, type Group } from '../domain/quality.ts';
import type { Collections } from './collections.ts';

const TIMEZONE = 'Africa/Nairobi';

type Range = { from: Date; until: Date; unit: 'day' | 'week' | 'month'; stoodBefore: Date };

/** Judgements of a range, grouped by period and kind; served by the index on organisation and time. */
export async function qualityGroups(
  { judgements }: Collections,
  organisationId: string,
  { from, until, unit, stoodBefore }: Range,
): Promise<Group[]> {
  const start = { $dateTrunc: { date: '$at', unit, timezone: TIMEZONE, startOfWeek: 'monday' } };
  const pipeline: Document[] = [
    { $match: { organisationId, at: { $gte: from, $lt: until }, isGone: false } },
    {
      $group: {
        _id: {
          start: { $dateToString: { date: start, format: '%Y-%m-%d', timezone: TIMEZONE } },
          outcome: '$outcome',
          end: { $ifNull: ['$verdict', { $cond: [stood(stoodBefore), 'stood', 'open'] }] },
          bin: BIN,
        },
        payments: { $sum: 1 },
        confidence: { $sum: '$confidence' },
        confidenceSquared: { $sum: { $pow: ['$confidence', 2] } },
      },
    },
    { $replaceWith: { $mergeObjects: ['$_id', '$$ROOT'] } },
    { $unset: '_id' },
    { $sort: { start: 1, outcome: 1, end: 1, bin: 1 } },
  ];
  return judgements.aggregate<Group>(pipeline).toArray();
}

const stood = (before: Date): Document => ({
  $and: [{ $eq: ['$outcome', 'auto'] }, { $lt: [{ $ifNull: ['$takenAt', '$at'] }, before] }],
});

/** How many bins begin at or below the confidence, less one; null lies below all of them. */
const BIN: Document = {
  $subtract: [
    {
      $size: { $filter: { input: [...BINS], as: 'from', cond: { $gte: ['$confidence', '$$from'] } } },
    },
    1,
  ],
};
