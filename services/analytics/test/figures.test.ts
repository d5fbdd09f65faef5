import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  applied,
  createWorld,
  daysAgo,
  eventually,
  issued,
  matched,
  received,
  refused,
  reversed,
  today,
  unmatched,
  voided,
  type World,
} from './world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Money of every kind: what the summary of its organisation says is written beside it. */
async function story(organisationId: string) {
  const auto = received(organisationId, { channelKind: 'stk' });
  const person = received(organisationId, { amountCents: 50_000 });
  const nobody = received(organisationId);
  const no = received(organisationId);
  const back = received(organisationId);
  const old = received(organisationId, { day: daysAgo(40) });
  const invoice = issued(organisationId);
  const late = issued(organisationId, { dueDate: daysAgo(3), issuedOn: daysAgo(9), totalCents: 200_000 });
  const paid = issued(organisationId, { totalCents: 100_000 });
  const none = issued(organisationId);
  const events = [
    auto.event,
    person.event,
    nobody.event,
    no.event,
    back.event,
    old.event,
    matched(organisationId, auto.paymentId),
    unmatched(organisationId, person.paymentId, { unappliedCents: 50_000 }),
    matched(organisationId, person.paymentId, { version: 2, decision: 'confirmed' }),
    unmatched(organisationId, nobody.paymentId),
    unmatched(organisationId, no.paymentId),
    refused(organisationId, no.paymentId, 2),
    matched(organisationId, back.paymentId),
    reversed(organisationId, back.paymentId),
    matched(organisationId, old.paymentId),
    invoice.event,
    late.event,
    paid.event,
    none.event,
    applied(organisationId, late.invoiceId, 150_000, 2),
    applied(organisationId, paid.invoiceId, 0, 2),
    voided(organisationId, none.invoiceId),
  ];
  const figures = {
    mode: 'live',
    currency: 'KES',
    collectedTodayCents: 350_000,
    paymentsToday: 4,
    channelsToday: { stk: 100_000, paybill: 250_000, till: 0, airtel: 0, bank: 0 },
    outstandingCents: 450_000,
    overdueCents: 150_000,
    overdueCount: 1,
    dsoDays: 7.5, // 4,500 owed of 6,000 billed within 10 days
    autoMatchRate: 0.25,
    decisions: { auto: 2, suggested: 0, unmatched: 1, confirmed: 1, rejected: 1, undone: 0 },
    unappliedCents: 200_000,
  };
  return { events, figures };
}

describe('the summary', () => {
  it('is all zero before anything happened', async () => {
    expect(await world.summary(newId())).toMatchObject({
      mode: 'test',
      collectedTodayCents: 0,
      outstandingCents: 0,
      dsoDays: null,
      autoMatchRate: null,
      asOf: null,
    });
  });

  it('adds up what came, what is owed and what was decided', async () => {
    const organisationId = newId();
    const { events, figures } = await story(organisationId);
    await world.publish(...events);
    await eventually(() => world.summary(organisationId)).toMatchObject(figures);
    expect(await world.summary(organisationId)).toMatchObject({
      asOf: expect.any(String),
      lagSeconds: expect.any(Number),
    });
  });

  it('says the same when everything comes twice, backwards and in pieces', async () => {
    const organisationId = newId();
    const { events, figures } = await story(organisationId);
    for (const event of events.toReversed()) await world.publish(event);
    await world.publish(...events);
    await world.publish(...events.toReversed());
    await eventually(() => world.summary(organisationId)).toMatchObject(figures);
    const mark = newId();
    await world.publish(received(mark).event, ...events);
    await eventually(async () => (await world.summary(mark)).paymentsToday).toBe(1);
    expect(await world.summary(organisationId)).toMatchObject(figures);
  });

  it('never mixes organisations, modes or currencies', async () => {
    const [one, other] = [newId(), newId()];
    await world.publish(
      received(one, { mode: 'test', amountCents: 700 }).event,
      received(one, { amountCents: 500 }).event,
      received(one, { amountCents: 300, currency: 'USD' }).event,
      received(other, { mode: 'test', amountCents: 900 }).event,
      issued(one, { currency: 'USD', totalCents: 1_000 }).event,
    );
    await eventually(() => world.summary(one)).toMatchObject({
      mode: 'live',
      collectedTodayCents: 500,
      outstandingCents: 0,
    });
    await eventually(() => world.summary(one, '?mode=test')).toMatchObject({ collectedTodayCents: 700 });
    await eventually(() => world.summary(one, '?currency=USD')).toMatchObject({
      collectedTodayCents: 300,
      outstandingCents: 1_000,
    });
    await eventually(() => world.summary(other)).toMatchObject({ mode: 'test', collectedTodayCents: 900 });
  });

  it('needs a token, and refuses what is no mode or currency', async () => {
    const { app } = world.service;
    expect((await app.inject({ url: '/api/v1/analytics/summary' })).statusCode).toBe(401);
    expect((await world.get(newId(), '/summary?mode=both')).status).toBe(400);
    expect((await world.get(newId(), '/summary?currency[$gt]=')).status).toBe(400);
    expect((await world.get(newId(), '/summary?currency=kes')).status).toBe(400);
  });
});

describe('the daily series', () => {
  it('has a row for every day, in Nairobi days', async () => {
    const organisationId = newId();
    await world.publish(
      received(organisationId, { day: daysAgo(2), amountCents: 100 }).event,
      received(organisationId, { paidAt: `${daysAgo(1)}T21:30:00.000Z`, amountCents: 200 }).event,
    );
    const days = async () =>
      (await world.get(organisationId, `/collections?from=${daysAgo(2)}&to=${today}`)).body.days as {
        collectedCents: number;
      }[];
    await eventually(async () => (await days()).map((day) => day.collectedCents)).toEqual([100, 0, 200]);
  });

  it('refuses a range that is turned round or too long', async () => {
    const read = (query: string) => world.get(newId(), `/collections?${query}`);
    expect(await read(`from=${today}&to=${daysAgo(1)}`)).toMatchObject({
      status: 422,
      body: { code: 'range_invalid', errors: [{ pointer: '#/query/from', detail: expect.stringMatching(/366 days/) }] },
    });
    expect((await read('from=2020-01-01&to=2026-01-01')).status).toBe(422);
    expect((await read('from=yesterday')).status).toBe(400);
    expect(await read('to=0000-01-05')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/query/to', detail: 'must lie between 2000-01-01 and 2100-12-31' }] },
    });
    expect((await read('to=2000-01-01')).status).toBe(200);
  });
});

describe('a new generation', () => {
  it('reads the topics from the start and comes to the same figures, beside the one that answers', async () => {
    const organisationId = newId();
    const { events, figures } = await story(organisationId);
    await world.publish(...events, ...events);
    await eventually(() => world.summary(organisationId)).toMatchObject(figures);
    const next = await world.start({ MALIPO_ANALYTICS_GENERATION: '4' });
    const anew = async () => (await world.get(organisationId, '/summary', next)).body;
    await eventually(anew).toMatchObject(figures);
    const { lagSeconds: _, ...old } = await world.summary(organisationId);
    expect(await anew()).toMatchObject(old);
    await next.stop();
  });
});

describe('two replicas', () => {
  it('share the work, and count once what both were given', async () => {
    const organisations = Array.from({ length: 12 }, () => newId());
    const payments = organisations.flatMap((id) => Array.from({ length: 40 }, () => received(id)));
    await world.publish(...payments.slice(0, 100).map((one) => one.event));
    const twin = await world.start();
    await world.publish(...payments.map((one) => one.event));
    await twin.stop();
    await world.publish(...payments.slice(300).map((one) => one.event));
    for (const id of organisations)
      await eventually(() => world.summary(id)).toMatchObject({ paymentsToday: 40, collectedTodayCents: 4_000_000 });
  }, 90_000);
});

it('shows sums beyond what a number holds exactly', async () => {
  const organisationId = newId();
  const vast = 1_000_000_000_000_000;
  const owed = Array.from({ length: 10 }, () => issued(organisationId, { totalCents: vast }));
  const paid = Array.from({ length: 10 }, () => received(organisationId, { amountCents: vast }));
  await world.publish(...[...owed, ...paid].map(({ event }) => event));
  await eventually(() => world.get(organisationId, '/summary')).toMatchObject({
    status: 200,
    body: { outstandingCents: 10 * vast, collectedTodayCents: 10 * vast, collectedThisMonthCents: 10 * vast },
  });
  const { status, body } = await world.get(organisationId, '/collections');
  expect([status, (body['days'] as { collectedCents: number }[]).at(-1)?.collectedCents]).toEqual([200, 10 * vast]);
});
