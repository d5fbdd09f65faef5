import { Currency } from '@malipo/values';
import { z } from 'zod';
import { Day, Instant, Mode, OurDay, Sum } from './fields.ts';

/** Sums never mix modes or currencies. */
export const AnalyticsScopeQuery = z.object({
  mode: Mode.optional().describe('live where there is any live payment, else test'),
  currency: Currency.default('KES'),
});

const Decisions = z.object({
  auto: z.int(),
  suggested: z.int(),
  unmatched: z.int(),
  confirmed: z.int(),
  rejected: z.int(),
  undone: z.int(),
});

const Channels = z.object({
  paybill: Sum,
  till: Sum,
  stk: Sum.describe('money that answers a prompt on the payer’s phone, whichever messages told of it'),
  airtel: Sum,
  bank: Sum,
});

export const AnalyticsSummary = z
  .object({
    mode: Mode,
    currency: z.string(),
    today: OurDay.describe('the Nairobi day'),
    collectedTodayCents: Sum,
    paymentsToday: z.int(),
    channelsToday: Channels.describe('cents by how the money came'),
    collectedThisMonthCents: Sum.describe('from the first of the month up to today'),
    outstandingCents: Sum.describe('owed on issued invoices, whatever the mode of payments'),
    overdueCents: Sum,
    overdueCount: z.int(),
    dsoDays: z
      .number()
      .nullable()
      .describe(
        'days sales outstanding: receivables ÷ billed in the last 90 days × days of that period, fewer for a younger business',
      ),
    autoMatchRate: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe('share of the payments paid in the last 30 days and decided that stand as applied automatically'),
    decisions: Decisions.describe('all payments by what is decided about them now'),
    unappliedCents: Sum.describe('money that belongs to no known customer yet'),
    asOf: Instant.nullable().describe('when the newest event in these figures happened'),
    lagSeconds: z
      .number()
      .nullable()
      .describe('how long that event took to get into them; null where it was read as history, or there is none'),
  })
  .meta({ id: 'AnalyticsSummary' });

export const CollectionsQuery = AnalyticsScopeQuery.extend({ from: Day.optional(), to: Day.optional() });

export const CollectionSeries = z
  .object({
    mode: Mode,
    currency: z.string(),
    from: OurDay,
    to: OurDay,
    days: z.array(
      z.object({
        day: OurDay,
        collectedCents: Sum,
        payments: z.int(),
        channels: Channels.partial().describe('cents by how the money came'),
      }),
    ),
  })
  .meta({ id: 'CollectionSeries' });
