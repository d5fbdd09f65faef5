import { addDays } from '@malipo/values';
import { CHANNELS, DECISIONS, type Mode } from '../domain/payment-row.ts';
import { DSO_WINDOW_DAYS, RATE_WINDOW_DAYS } from '../domain/ratios.ts';
import type { Collections, Freshness, PaymentDay } from './collections.ts';

/** Which money is added up: never of two modes or currencies together. */
export type Scope = { organisationId: string; mode: Mode; currency: string };

const sumOf = (field: string, when?: object) => ({ $sum: when ? { $cond: [when, `$${field}`, 0] } : `$${field}` });

const within = (from: string, to: string) => ({ $and: [{ $gte: ['$day', from] }, { $lte: ['$day', to] }] });

const NEWEST = { $max: '$newest' };

/** Reads the figures: one small document a day, however many payments there were. */
export function createFigures({ invoices, paymentDays, billingDays, beginning }: Collections) {
  let begun: Date | null = null;
  return {
    hasLive: async (organisationId: string): Promise<boolean> =>
      (await paymentDays.findOne({ organisationId, mode: 'live' }, { projection: { _id: 1 } })) !== null,
    /** When these figures were begun: whatever is older was taken in from history. It never changes. */
    begunAt: async (): Promise<Date | null> => (begun ??= (await beginning.findOne({ _id: 'begun' }))?.at ?? null),
    money: (scope: Scope, today: string) => money(paymentDays, scope, today),
    receivables: (scope: Scope, today: string) => receivables(invoices, scope, today),
    billing: (scope: Scope, today: string) => billing(billingDays, scope, today),
    days: (scope: Scope, from: string, to: string): Promise<PaymentDay[]> =>
      paymentDays
        .find({ ...scope, day: { $gte: from, $lte: to } })
        .sort({ day: 1 })
        .toArray(),
  };
}

export type FiguresStore = ReturnType<typeof createFigures>;

async function money(days: Collections['paymentDays'], scope: Scope, today: string) {
  // a payment's time may lie ahead, even by a year: it counts when its day has come
  const thisMonth = within(`${today.slice(0, 7)}-01`, today);
  const thisDay = { $eq: ['$day', today] };
  const lately = within(addDays(today, 1 - RATE_WINDOW_DAYS), today);
  const group = {
    _id: null,
    today: sumOf('collectedCents', thisDay),
    paymentsToday: sumOf('payments', thisDay),
    month: sumOf('collectedCents', thisMonth),
    unapplied: sumOf('unappliedCents'),
    newest: NEWEST,
    ...Object.fromEntries(CHANNELS.map((name) => [`channel_${name}`, sumOf(`channels.${name}`, thisDay)])),
    ...Object.fromEntries(DECISIONS.map((name) => [`all_${name}`, sumOf(`decisions.${name}`)])),
    ...Object.fromEntries(DECISIONS.map((name) => [`late_${name}`, sumOf(`decisions.${name}`, lately)])),
  };
  const [found] = await days
    .aggregate<Record<string, number> & { newest: Freshness | null }>([{ $match: scope }, { $group: group }])
    .toArray();
  const read = (name: string): number => found?.[name] ?? 0;
  return {
    collectedTodayCents: read('today'),
    paymentsToday: read('paymentsToday'),
    collectedThisMonthCents: read('month'),
    unappliedCents: read('unapplied'),
    channelsToday: byName(CHANNELS, (name) => read(`channel_${name}`)),
    decisions: byName(DECISIONS, (name) => read(`all_${name}`)),
    decidedLately: DECISIONS.reduce((sum, name) => sum + read(`late_${name}`), 0),
    autoLately: read('late_auto'),
    newest: found?.newest ?? null,
  };
}

async function receivables(invoices: Collections['invoices'], { organisationId, currency }: Scope, today: string) {
  const late = { $lt: ['$dueDate', today] };
  const [found] = await invoices
    .aggregate<{ outstanding: number; overdue: number; count: number }>([
      { $match: { organisationId, currency, openCents: { $gt: 0 } } },
      {
        $group: {
          _id: null,
          outstanding: sumOf('openCents'),
          overdue: sumOf('openCents', late),
          count: { $sum: { $cond: [late, 1, 0] } },
        },
      },
    ])
    .toArray();
  return {
    outstandingCents: found?.outstanding ?? 0,
    overdueCents: found?.overdue ?? 0,
    overdueCount: found?.count ?? 0,
  };
}

async function billing(days: Collections['billingDays'], { organisationId, currency }: Scope, today: string) {
  const lately = within(addDays(today, 1 - DSO_WINDOW_DAYS), today);
  // all days: what happens to an old invoice, or to the only one of its day, is news too
  const sums = days.aggregate<{ billed: number; newest: Freshness | null }>([
    { $match: { organisationId, currency } },
    { $group: { _id: null, billed: sumOf('billedCents', lately), newest: NEWEST } },
  ]);
  // the index is in order of day, so that the first day is the only one that is read
  const first = days.findOne(
    { organisationId, currency, billedCents: { $gt: 0 }, day: { $lte: today } },
    { sort: { day: 1 }, projection: { day: 1 } },
  );
  const [[found], firstDay] = await Promise.all([sums.toArray(), first]);
  return { billedCents: found?.billed ?? 0, firstBilledOn: firstDay?.day ?? null, newest: found?.newest ?? null };
}

const byName = <Name extends string>(names: readonly Name[], read: (name: Name) => number): Record<Name, number> =>
  Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, number>;
