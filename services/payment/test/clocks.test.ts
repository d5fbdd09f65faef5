import { connectMongo } from '@malipo/service-kit';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { newPhone, openPrompting, type Prompting } from './prompting.ts';

const MINUTE_MS = 60_000;

/** The service's clock; the provider's is right. */
const clock = { aheadMs: 0 };
let prompting: Prompting;
beforeAll(async () => {
  prompting = await openPrompting({}, () => new Date(Date.now() + clock.aheadMs));
});
afterAll(() => prompting?.close());
beforeEach(() => {
  clock.aheadMs = 0;
});

/** When Pull was last done, in minutes ahead. */
async function pulledAhead(channelId: string): Promise<number> {
  const { db, close } = connectMongo(inject('stack').mongoUrl, `${prompting.world.slice.dbPrefix}payment`);
  const found = await db
    .collection<{ _id: string; pull: { lastGoodAt: Date | null } }>('payment_channels')
    .findOne({ _id: channelId });
  await close();
  return ((found?.pull.lastGoodAt?.getTime() ?? 0) - Date.now()) / MINUTE_MS;
}

it('what was lost while a clock was ahead by an hour is fetched once it is right again', async () => {
  clock.aheadMs = 60 * MINUTE_MS;
  const { shop, shortcode, channel, register } = await prompting.open();
  await register(true);
  await expect.poll(() => pulledAhead(channel.id)).toBeGreaterThan(50);
  const lost = { shortcode, amount: 750, reference: 'RENT7', deliver: { drop: true } };
  const { receipt } = await prompting.sandbox.control<{ receipt: string }>('POST', '/payments', lost);
  clock.aheadMs = 20 * MINUTE_MS; // twenty minutes later by the provider's clock
  await expect.poll(() => shop.paymentsOf(receipt)).toHaveLength(1);
  await expect.poll(() => pulledAhead(channel.id)).toBeLessThan(30);
});

it('a prompt of a clock that was ahead by hours is asked after, and ends by silence, once it is right again', async () => {
  clock.aheadMs = 180 * MINUTE_MS;
  const { ask, read, settled } = await prompting.open();
  const phone = newPhone();
  await prompting.sandbox.next(phone, { stk: 'hold' });
  const { body } = await ask(phone);
  clock.aheadMs = 0;
  expect(await read(body.id)).toMatchObject({ settledAt: null });
  await settled(body.id).toMatchObject({ status: 'expired', resultCode: 'no_answer' });
});
