import type { Document } from '@malipo/service-kit';
import { eatDay } from '@malipo/values';
import { DEFAULT_SETTINGS, dayBounds, type ReviewSettings } from '../domain/expected.ts';
import type { Mode } from '../domain/ledger.ts';
import type { Collections } from './collections.ts';
import { notHeld } from './review-queue.ts';

export type Late = { overdue: Record<Mode, number>; missing: Record<'invoice' | 'request', number> };

/** What is overdue and missing over all organisations; those without settings of their own are counted in one go. */
export async function countLate(collections: Collections, now: Date): Promise<Late> {
  const late: Late = { overdue: { test: 0, live: 0 }, missing: { invoice: 0, request: 0 } };
  const own = await collections.settings.find().toArray();
  await count(collections, { $nin: own.map((one) => one._id) }, DEFAULT_SETTINGS, now, late);
  for (const { _id, ...settings } of own) await count(collections, { $in: [_id] }, settings, now, late);
  return late;
}

async function count(
  { matches, receivables, prompts }: Collections,
  organisationId: Document,
  settings: ReviewSettings,
  now: Date,
  late: Late,
): Promise<void> {
  const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
  for (const mode of ['test', 'live'] as const)
    late.overdue[mode] += await matches.countDocuments({
      organisationId,
      mode,
      open: true,
      queuedAt: { $lt: hoursAgo(settings.reviewHours) },
      ...notHeld(now),
    });
  const { missing } = dayBounds(eatDay(now), settings);
  late.missing.invoice += await receivables.countDocuments({
    organisationId,
    status: 'open',
    dueDate: { $lt: missing },
  });
  late.missing.request += await prompts.countDocuments({
    organisationId,
    promptedAt: { $lt: hoursAgo(settings.requestMissingHours) },
    settledAt: null,
  } as Document);
}
