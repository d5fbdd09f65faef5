import { newId } from '@malipo/values';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, eventually, received, today, toldAgain, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

type Told = Parameters<typeof received>[1];
type ToldAgain = Pick<Parameters<typeof toldAgain>[1], 'channelKind' | 'requestId' | 'evidence'>;

const request = newId();

/** What is counted by channel, once both messages about one payment are in. */
async function channels(first: Told, second: ToldAgain) {
  const organisationId = newId();
  const { paymentId, event } = received(organisationId, first);
  const mark = received(organisationId, { amountCents: 1, channelKind: 'bank' });
  await world.publish(event, toldAgain(organisationId, { paymentId, ...second }), mark.event);
  const read = () => world.summary(organisationId);
  await eventually(read).toMatchObject({ paymentsToday: 2 });
  const series = await world.get(organisationId, `/collections?from=${today}&to=${today}`);
  return { today: (await read()).channelsToday, series: (series.body.days as { channels: object }[])[0]?.channels };
}

it.each<[string, Told, ToldAgain]>([
  [
    'whose C2B twin follows the STK callback',
    { channelKind: 'stk', requestId: request },
    { channelKind: 'paybill', requestId: request, evidence: 'c2b' },
  ],
  [
    'whose row of Pull follows the STK callback',
    { channelKind: 'stk', requestId: request },
    { channelKind: 'till', requestId: request, evidence: 'pull' },
  ],
  [
    'whose STK callback follows the C2B message',
    { channelKind: 'paybill' },
    { channelKind: 'paybill', requestId: request, evidence: 'stk' },
  ],
  [
    'that fitted our request before the STK callback came',
    { channelKind: 'till', requestId: request },
    { channelKind: 'till', requestId: request, evidence: 'stk' },
  ],
  [
    'whose prompt we do not know, STK callback first',
    { channelKind: 'stk' },
    { channelKind: 'paybill', requestId: null, evidence: 'c2b' },
  ],
  [
    'whose prompt we do not know, C2B message first',
    { channelKind: 'paybill' },
    { channelKind: 'paybill', requestId: null, evidence: 'stk' },
  ],
])('money that answers a prompt came by STK: a payment %s', async (_what, first, second) => {
  const counted = await channels(first, second);
  expect(counted.today).toEqual({ stk: 100_000, paybill: 0, till: 0, airtel: 0, bank: 1 });
  expect(counted.series).toMatchObject({ stk: 100_000, bank: 1 });
});

it('money that answers no prompt came as its channel says', async () => {
  const counted = await channels({ channelKind: 'till' }, { channelKind: 'till', requestId: null, evidence: 'pull' });
  expect(counted.today).toEqual({ stk: 0, paybill: 0, till: 100_000, airtel: 0, bank: 1 });
});
