import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPrompting, type Prompting } from './prompting.ts';
import { openDoor } from './provider-door.ts';

const HOUR_MS = 3_600_000;
const BUSY = {
  status: 500,
  body: { requestId: '1', errorCode: '500.003.02', errorMessage: 'System is busy. Please try again.' },
};
let prompting: Prompting;
let door: Awaited<ReturnType<typeof openDoor>>;

/** The sandbox behind a door that gives one payment a page, and gives way at the third page of a question. */
beforeAll(async () => {
  const isPull = (to: string) => to === '/pulltransactions/v1/query';
  door = await openDoor(
    ({ path, body }) =>
      isPull(path) && Number((JSON.parse(body) as { OffSetValue: string }).OffSetValue) >= 2 ? BUSY : undefined,
    ({ path }, said) => {
      const { Response } = said as { Response?: unknown[][] };
      if (isPull(path)) Response?.[0]?.splice(1);
    },
  );
  prompting = await openPrompting({ MALIPO_DARAJA_TEST_URL: door.url });
  door.leadTo(prompting.sandbox.url);
});
afterAll(async () => {
  await prompting?.close();
  door?.close();
});

it('what two days lost is fetched from a provider who gives way before the end of it', async () => {
  const { shop, shortcode, register } = await prompting.open();
  const lost = [40, 30, 20, 10, 0].map((hours) => ({
    shortcode,
    amount: 750,
    reference: 'RENT7',
    paidAt: new Date(Date.now() - hours * HOUR_MS),
    deliver: { drop: true },
  }));
  for (const payment of lost) await prompting.sandbox.control('POST', '/payments', payment);
  await register(true);
  await expect.poll(async () => (await shop.paymentsOf()).length).toBe(lost.length);
});
