import { eventually } from '@malipo/test-kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newPhone, newShortcode, openPrompting, type Prompting } from './prompting.ts';
import { openDoor } from './provider-door.ts';

/** As whom the provider was asked what became of a prompt: number and passkey. */
const askers: string[] = [];
let prompting: Prompting;
let door: Awaited<ReturnType<typeof openDoor>>;

beforeAll(async () => {
  door = await openDoor(({ path, body }) => {
    if (path.startsWith('/oauth/')) return { status: 200, body: { access_token: 'x', expires_in: '3599' } };
    if (path.startsWith('/mpesa/stkpush/'))
      return { status: 200, body: { ResponseCode: '0', CheckoutRequestID: 'ws_CO_1', MerchantRequestID: '1' } };
    const { Password, Timestamp } = JSON.parse(body) as { Password: string; Timestamp: string };
    askers.push(Buffer.from(Password, 'base64').toString().replace(Timestamp, ''));
    return { status: 500, body: { errorCode: '500.001.1001', errorMessage: 'The transaction is being processed' } };
  });
  prompting = await openPrompting({ MALIPO_DARAJA_LIVE_URL: door.url, MALIPO_STK_EXPIRE_AFTER_MS: '60000' });
});
afterAll(async () => {
  await prompting?.close();
  door?.close();
});

const credentials = (passkey: string) => ({ consumerKey: 'key', consumerSecret: 'secret', passkey });

it('a prompt is asked after by the number it was made by, with that one’s passkey, after both were changed', async () => {
  const [former, present] = [newShortcode(), newShortcode()];
  const till = { kind: 'till', mode: 'live', storeNumber: former, credentials: credentials('former') };
  const { shop, channel, ask } = await prompting.open(till);
  const to = `/api/v1/payment-channels/${channel.id}`;
  const change = async (body: object) => {
    const { headers } = await shop.call('GET', to);
    expect((await shop.call('PATCH', to, body, { 'if-match': headers.get('etag') ?? '' })).status).toBe(200);
  };
  expect((await ask(newPhone())).body).toMatchObject({ status: 'prompted' });
  await change({ credentials: credentials('renewed') });
  await eventually(() => askers.at(-1)).toBe(`${former}renewed`);
  await change({ storeNumber: present, credentials: credentials('present') });
  await eventually(() => askers.at(-1)).toBe(`${former}former`);
});
