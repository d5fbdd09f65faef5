import { connectMongo } from '@malipo/service-kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type ChannelBody,
  confirmation,
  deliver,
  type Page,
  startWorld,
  times,
  type Urls,
  type World,
} from './support.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const wanted = { rail: 'mpesa', kind: 'paybill', shortcode: '600999', name: 'Shop', mode: 'test' };

it('opens a channel whose addresses hold no word that Safaricom forbids', async () => {
  const shop = await world.organisation();
  const channel = await shop.openChannel();
  const urls = Object.values(channel.callbackUrls);
  expect(urls).toHaveLength(6);
  for (const url of urls) {
    expect(url).toMatch(new RegExp(`^${world.url}/callbacks/${channel.id}/[0-9a-f]{32}/`));
    expect(new URL(url).pathname).not.toMatch(/m-?pesa|safaricom|exec?|cmd|sql|query/i);
  }
});

it('shows its secret to owners and admins only, and only where asked', async () => {
  const shop = await world.organisation();
  const { id, callbackUrls } = await shop.openChannel();
  const secret = new URL(callbackUrls.stk).pathname.split('/')[3] ?? '';
  const plain = [
    await shop.call('GET', `/api/v1/payment-channels/${id}`),
    await shop.call('GET', '/api/v1/payment-channels'),
  ];
  for (const { body } of plain) expect(JSON.stringify(body)).not.toContain(secret);
  const told = await shop.call<Urls>('GET', `/api/v1/payment-channels/${id}/callback-urls`);
  expect([told.body, told.headers.get('cache-control')]).toEqual([callbackUrls, 'no-store']);
  const clerk = await world.member(shop.id, ['bookkeeper']);
  for (const [method, path] of [
    ['GET', `/${id}/callback-urls`],
    ['GET', `/${id}/unreadable-callbacks`],
    ['POST', `/${id}/rotate-secret`],
    ['POST', `/${id}/register-urls`],
    ['POST', ''],
  ] as const)
    expect(
      (await clerk.call(method, `/api/v1/payment-channels${path}`, method === 'POST' ? {} : undefined)).status,
    ).toBe(403);
});

it('is invisible to other organisations', async () => {
  const shop = await world.organisation();
  const { id } = await shop.openChannel();
  const stranger = await world.organisation();
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/callback-urls'],
    ['GET', '/unreadable-callbacks'],
    ['POST', '/rotate-secret'],
    ['POST', '/register-urls'],
  ] as const) {
    const answer = await stranger.call(
      method,
      `/api/v1/payment-channels/${id}${path}`,
      method === 'POST' ? {} : undefined,
    );
    expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'channel_not_found']);
  }
  expect((await stranger.call<Page<unknown>>('GET', '/api/v1/payment-channels')).body.data).toEqual([]);
});

it.each([
  [{ mode: 'live' }, 422, 'credentials_required'],
  [{ shortcode: '12' }, 400, 'validation_failed'],
  [{ rail: 'airtel' }, 400, 'validation_failed'],
  [{ name: '' }, 400, 'validation_failed'],
  [{ credentials: { consumerKey: { $gt: '' } } }, 400, 'validation_failed'],
] as const)('refuses %j with %i %s', async (changes, status, code) => {
  const shop = await world.organisation();
  const answer = await shop.call('POST', '/api/v1/payment-channels', { ...wanted, ...changes });
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

it('opens a short code once, also when asked twice at once', async () => {
  const shop = await world.organisation();
  const answers = await Promise.all(times(4, () => shop.call('POST', '/api/v1/payment-channels', wanted)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
  expect(answers.find(({ status }) => status === 409)?.body.code).toBe('channel_exists');
});

it('says whose short code it is, whatever the database is called', async () => {
  const { url } = await world.start({ MALIPO_DB_PREFIX: `${world.slice.dbPrefix}live_` });
  const { id } = await world.organisation();
  const shop = await world.member(id, ['owner'], url);
  await shop.openChannel();
  const again = await shop.call('POST', '/api/v1/payment-channels', wanted);
  expect([again.status, again.body.code]).toEqual([409, 'channel_exists']);
});

it('answers a provider that is out of reach with 502, and a channel without credentials with 409', async () => {
  const shop = await world.organisation();
  const credentials = { consumerKey: 'k', consumerSecret: 's', passkey: 'p' };
  const answer = await shop.call('POST', '/api/v1/payment-channels', { ...wanted, credentials });
  expect([answer.status, answer.body.code]).toEqual([502, 'daraja_test_unreachable']);
  const { id } = await shop.openChannel();
  const registered = await shop.call('POST', `/api/v1/payment-channels/${id}/register-urls`, {});
  expect([registered.status, registered.body.code]).toEqual([409, 'channel_without_credentials']);
});

it('honours old and new addresses after a rotation, on every instance, until the old ones retire', async () => {
  const shop = await world.organisation();
  const other = await world.start();
  const before = await shop.openChannel();
  const post = (urls: Urls, receipt: string, base: string) =>
    deliver(urls.confirmation, confirmation({ TransID: receipt }), { base });
  expect((await post(before.callbackUrls, 'A', other.url)).status).toBe(200);
  const rotate = (retireOldAt: Date) =>
    shop.call<ChannelBody>('POST', `/api/v1/payment-channels/${before.id}/rotate-secret`, {
      retireOldAt: retireOldAt.toISOString(),
    });
  const after = (await rotate(new Date(Date.now() + 60_000))).body;
  expect(after.callbackUrls.confirmation).not.toBe(before.callbackUrls.confirmation);
  for (const base of [world.url, other.url]) {
    expect((await post(before.callbackUrls, 'B', base)).status).toBe(200);
    await expect.poll(async () => (await post(after.callbackUrls, 'C', base)).status).toBe(200);
  }
  const latest = (await rotate(new Date(Date.now() - 1))).body;
  expect((await post(before.callbackUrls, 'D', world.url)).status).toBe(404);
  expect((await post(after.callbackUrls, 'D', world.url)).status).toBe(404);
  expect((await post(latest.callbackUrls, 'D', world.url)).status).toBe(200);
});

it('keeps ten old addresses valid beside the new one, and says how to go on', async () => {
  const shop = await world.organisation();
  const { id } = await shop.openChannel();
  const rotate = (body = {}) => shop.call('POST', `/api/v1/payment-channels/${id}/rotate-secret`, body);
  for (let count = 0; count < 10; count++) expect((await rotate()).status).toBe(200);
  expect(await rotate()).toMatchObject({
    status: 409,
    body: { code: 'old_addresses_too_many', errors: [{ pointer: '#/retireOldAt' }] },
  });
  expect((await rotate({ retireOldAt: new Date().toISOString() })).status).toBe(200);
  expect((await rotate()).status).toBe(200);
});

it('refuses a retired address also on an instance that was not called since: it was rotated because somebody knew it', async () => {
  const shop = await world.organisation();
  const clock = { aheadMs: 0 };
  const idle = await world.start({}, () => new Date(Date.now() + clock.aheadMs));
  const { id, callbackUrls } = await shop.openChannel();
  const forge = (receipt: string) =>
    deliver(callbackUrls.confirmation, confirmation({ TransID: receipt }), { base: idle.url });
  expect((await forge('BEFORE')).status).toBe(200);
  const retireOldAt = new Date(Date.now() - 1).toISOString();
  await shop.call('POST', `/api/v1/payment-channels/${id}/rotate-secret`, { retireOldAt });
  clock.aheadMs = 60_000;
  expect((await forge('AFTER')).status).toBe(404);
  expect(await shop.paymentsOf('AFTER')).toEqual([]);
});

it('creates once per Idempotency-Key', async () => {
  const shop = await world.organisation();
  const create = () =>
    shop.call<ChannelBody>('POST', '/api/v1/payment-channels', wanted, { 'idempotency-key': 'once' });
  const first = await create();
  const again = await create();
  expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true']);
  expect(again.body).toEqual(first.body);
});

it('keeps its secret in clear nowhere, nor in the answer that is kept for a repeat', async () => {
  const shop = await world.organisation();
  const { body } = await shop.call<ChannelBody>('POST', '/api/v1/payment-channels', wanted, {
    'idempotency-key': 'secret',
  });
  const secret = new URL(body.callbackUrls.stk).pathname.split('/')[3] ?? '';
  const { db, close } = connectMongo(world.slice.mongoUrl, `${world.slice.dbPrefix}payment`);
  const rows = (await db.collections()).map(async (one) => [one.collectionName, await one.find().toArray()] as const);
  const holding = (await Promise.all(rows)).filter(([, found]) => JSON.stringify(found).includes(secret));
  await close();
  expect(secret).toMatch(/^[0-9a-f]{32}$/);
  expect(holding.map(([name]) => name)).toEqual([]);
});
