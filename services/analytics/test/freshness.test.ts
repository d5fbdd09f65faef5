import { newId } from '@malipo/values';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, daysAgo, eventually, issued, received, voided, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

describe('the figures are as of the newest event in them', () => {
  it('also where that is a void, which leaves nothing to count', async () => {
    const organisationId = newId();
    const kept = issued(organisationId, { at: minutesAgo(60) });
    const gone = issued(organisationId, { at: minutesAgo(50) });
    const voidedAt = minutesAgo(40);
    await world.publish(kept.event, gone.event);
    await eventually(() => world.summary(organisationId)).toMatchObject({ outstandingCents: 600_000 });
    await world.publish(voided(organisationId, gone.invoiceId, voidedAt));
    await eventually(() => world.summary(organisationId)).toMatchObject({ outstandingCents: 300_000 });
    expect(await world.summary(organisationId)).toMatchObject({ asOf: voidedAt.toISOString() });
  });

  it('also where that is about what was billed long ago, or on a day on which nothing else was', async () => {
    const organisationId = newId();
    const kept = issued(organisationId, { at: minutesAgo(60) });
    const alone = issued(organisationId, { at: minutesAgo(50), issuedOn: daysAgo(3) });
    const long = issued(organisationId, { at: minutesAgo(50), issuedOn: daysAgo(200) });
    await world.publish(kept.event, alone.event, long.event);
    await eventually(() => world.summary(organisationId)).toMatchObject({ outstandingCents: 900_000 });
    for (const [minutes, { invoiceId }] of [[40, alone] as const, [30, long] as const]) {
      const at = minutesAgo(minutes);
      await world.publish(voided(organisationId, invoiceId, at));
      await eventually(() => world.summary(organisationId)).toMatchObject({ asOf: at.toISOString() });
    }
    expect(await world.summary(organisationId)).toMatchObject({ outstandingCents: 300_000 });
  });

  it('and as late as that came in, whatever older ones come after it', async () => {
    const organisationId = newId();
    await world.publish(received(organisationId).event);
    await eventually(() => world.summary(organisationId)).toMatchObject({ paymentsToday: 1 });
    const { asOf, lagSeconds } = await world.summary(organisationId);
    expect(lagSeconds).toEqual(expect.any(Number));
    await world.publish(received(organisationId, { at: minutesAgo(60) }).event);
    await eventually(() => world.summary(organisationId)).toMatchObject({ paymentsToday: 2 });
    expect(await world.summary(organisationId)).toMatchObject({ asOf, lagSeconds });
  });

  it('and no lag is told of history that was read again, nor of nothing', async () => {
    const organisationId = newId();
    const old = received(organisationId);
    await world.publish(old.event);
    await eventually(() => world.summary(organisationId)).toMatchObject({ paymentsToday: 1 });
    const next = await world.start({ MALIPO_ANALYTICS_GENERATION: '4' });
    await eventually(() => world.summary(organisationId, '', next)).toMatchObject({ paymentsToday: 1 });
    const { asOf } = await world.summary(organisationId);
    expect(await world.summary(organisationId, '', next)).toMatchObject({ asOf, lagSeconds: null });
    expect(await world.summary(newId(), '', next)).toMatchObject({ asOf: null, lagSeconds: null });
    await world.publish(received(organisationId).event);
    await eventually(() => world.summary(organisationId, '', next)).toMatchObject({ paymentsToday: 2 });
    expect(await world.summary(organisationId, '', next)).toMatchObject({ lagSeconds: expect.any(Number) });
    await next.stop();
  });
});
