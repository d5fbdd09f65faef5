import { newId } from '@malipo/values';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  applied,
  createWorld,
  daysAgo,
  eventually,
  issued,
  matched,
  received,
  unmatched,
  type World,
} from './world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const M = 1_000_000;
/** By days ago: what was billed, and whether it was paid. */
type Bill = { ago: number; cents: number; paid?: boolean };

it.each<[string, number | null, Bill[]]>([
  [
    'an older business, which billed nothing for most of them',
    180,
    [
      { ago: 120, cents: M },
      { ago: 1, cents: M },
    ],
  ],
  [
    'a landlord who bills every month',
    60,
    [0, 30, 60, 90, 120, 150, 365].map((ago) => ({ ago, cents: 100_000, paid: ago !== 0 && ago !== 30 })),
  ],
  ['a business that billed first on the first of them', 90, [{ ago: 89, cents: M }]],
  ['a business that billed first on the day before', null, [{ ago: 90, cents: M }]],
  ['a younger one: the days since its first invoice', 10, [{ ago: 9, cents: M }]],
  [
    'a younger one, which has billed ahead',
    20,
    [
      { ago: 9, cents: M },
      { ago: -9, cents: M },
    ],
  ],
])('the DSO of 90 days, of %s', async (_what, dsoDays, bills) => {
  const organisationId = newId();
  const events = bills.flatMap(({ ago, cents, paid }) => {
    const { invoiceId, event } = issued(organisationId, { issuedOn: daysAgo(ago), totalCents: cents });
    return paid ? [event, applied(organisationId, invoiceId, 0, 2)] : [event];
  });
  await world.publish(...events);
  const outstandingCents = bills.reduce((sum, { cents, paid }) => sum + (paid ? 0 : cents), 0);
  await eventually(() => world.summary(organisationId)).toMatchObject({ outstandingCents, dsoDays });
});

it('money whose time lies ahead is of neither this month nor the last 30 days', async () => {
  const organisationId = newId();
  const now = received(organisationId, { amountCents: 500 });
  const tomorrow = received(organisationId, { amountCents: 70, day: daysAgo(-1) });
  const nextYear = received(organisationId, { amountCents: 3_000, day: daysAgo(-400) });
  await world.publish(
    ...[now, tomorrow, nextYear].map(({ event }) => event),
    unmatched(organisationId, now.paymentId),
    matched(organisationId, tomorrow.paymentId),
    matched(organisationId, nextYear.paymentId),
  );
  await eventually(() => world.summary(organisationId)).toMatchObject({ decisions: { auto: 2, unmatched: 1 } });
  expect(await world.summary(organisationId)).toMatchObject({
    collectedTodayCents: 500,
    collectedThisMonthCents: 500,
    autoMatchRate: 0,
  });
});
