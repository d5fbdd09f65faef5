import { connectMongo } from '@malipo/service-kit';
import { eventually } from '@malipo/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askOf, newPhone, newShortcode, openPrompting, type Prompting } from './prompting.ts';
import { type ChannelBody, confirmation, deliver, type Organisation, SUCCESS, times } from './support.ts';

let prompting: Prompting;
beforeAll(async () => {
  prompting = await openPrompting();
});
afterAll(() => prompting?.close());

const PATH = '/api/v1/payment-channels';
type Seen = ChannelBody & {
  name: string;
  mode: string;
  status: string;
  closedAt: string | null;
  registration: string;
  version: number;
  errors?: { pointer: string; detail: string }[];
  detail: string;
};
type Change = {
  version: number;
  what: string;
  who: string;
  fields: { name: string; before: unknown; after: unknown }[];
};

const patch = (shop: Organisation, id: string, body: unknown, headers = {}) =>
  shop.call<Seen>('PATCH', `${PATH}/${id}`, body, headers);
const act = (shop: Organisation, id: string, action: 'close' | 'reopen', headers = {}) =>
  shop.call<Seen>('POST', `${PATH}/${id}/${action}`, undefined, headers);
const changesOf = async (shop: Organisation, id: string) =>
  (await shop.call<{ data: Change[] }>('GET', `${PATH}/${id}/changes`)).body.data;

/** A live channel's credentials, which the provider knows. */
async function known(shortcode: string, app = shortcode) {
  const credentials = { consumerKey: `key-${app}`, consumerSecret: `secret-${app}`, passkey: `passkey-${app}` };
  await prompting.sandbox.control('POST', '/shortcodes', { shortcode, kind: 'paybill', ...credentials });
  return credentials;
}

describe('a change', () => {
  it('takes what is given, leaves the rest, and is kept with who made it', async () => {
    const { shop, channel } = await prompting.open();
    const changed = await patch(shop, channel.id, {
      name: 'Duka la Mama Ng’endo',
      validation: 'reject_unknown_account',
    });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    const wanted = { name: 'Duka la Mama Ng’endo', validation: 'reject_unknown_account', status: 'open', version: 2 };
    expect(changed.body).toMatchObject(wanted);
    expect((await shop.call<Seen>('GET', `${PATH}/${channel.id}`)).body).toEqual(changed.body);
    expect((await patch(shop, channel.id, { name: 'Duka la Mama Ng’endo' })).body.version).toBe(2);
    const [second, first] = await changesOf(shop, channel.id);
    expect([first?.what, first?.who, second?.who]).toEqual(['opened', expect.any(String), first?.who]);
    expect(second).toMatchObject({
      version: 2,
      what: 'changed',
      fields: [
        { name: 'name', before: 'Shop', after: 'Duka la Mama Ng’endo' },
        { name: 'validation', before: 'accept', after: 'reject_unknown_account' },
      ],
    });
  });

  it('is refused to whoever saw an older version, and of two at once one wins', async () => {
    const { shop, channel } = await prompting.open();
    const asSeen = { 'if-match': '"1"' };
    const answers = await Promise.all(times(4, (index) => patch(shop, channel.id, { name: `Shop ${index}` }, asSeen)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412, 412]);
    expect((await act(shop, channel.id, 'close', asSeen)).body.code).toBe('version_stale');
    const rotate = await shop.call('POST', `${PATH}/${channel.id}/rotate-secret`, {}, asSeen);
    expect(rotate.body.code).toBe('version_stale');
    expect((await changesOf(shop, channel.id)).map(({ what }) => what)).toEqual(['changed', 'opened']);
  });

  it.each([
    [{ name: '' }, 400, '#/name'],
    [{ name: null }, 400, '#/name'],
    [{ storeNumber: '12' }, 400, '#/storeNumber'],
    [{ shortcode: '600111' }, 400, '#/shortcode'],
    [{ credentials: { consumerKey: 'k' } }, 400, '#/credentials/consumerSecret'],
    [{ mode: 'live' }, 409, '#/mode'],
  ])('to %j is refused with %i, naming %s', async (body, status, pointer) => {
    const { shop, channel } = await prompting.open();
    const answer = await patch(shop, channel.id, body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([status, pointer]);
    expect((await changesOf(shop, channel.id)).map(({ what }) => what)).toEqual(['opened']);
  });

  it('of a test till’s store number is told to the local sandbox, so that its prompts go on', async () => {
    const { shop, channel, ask, settled } = await prompting.open({ kind: 'till', storeNumber: newShortcode() });
    const storeNumber = newShortcode();
    expect((await patch(shop, channel.id, { storeNumber })).body).toMatchObject({ storeNumber, version: 2 });
    const { body } = await ask(newPhone());
    await settled(body.id).toMatchObject({ status: 'succeeded' });
  });

  it('of a kind that was chosen wrongly makes its prompts what the provider takes for such a number', async () => {
    const shortcode = newShortcode();
    const credentials = await known(shortcode); // as a paybill
    const { shop, channel, ask, settled } = await prompting.open({
      shortcode,
      kind: 'till',
      mode: 'live',
      credentials,
    });
    await settled((await ask(newPhone())).body.id).toMatchObject({ status: 'failed' });
    expect((await patch(shop, channel.id, { kind: 'paybill' })).body).toMatchObject({ kind: 'paybill', version: 2 });
    await settled((await ask(newPhone())).body.id).toMatchObject({ status: 'succeeded' });
    expect((await changesOf(shop, channel.id))[0]?.fields).toEqual([
      { name: 'kind', before: 'till', after: 'paybill' },
    ]);
    await deliver(
      channel.callbackUrls.confirmation,
      confirmation({ TransID: 'KIND000002', BusinessShortCode: shortcode }),
    );
    expect(await shop.paymentsOf('KIND000002')).toMatchObject([{ channelKind: 'paybill', channelId: channel.id }]);
  });

  it('of a test channel’s kind is told to the local sandbox, and its validation reads accounts from then on', async () => {
    const { shop, channel, ask, settled } = await prompting.open({
      kind: 'till',
      validation: 'reject_unknown_account',
    });
    const asked = { TransID: 'KIND000001', TransAmount: '10', BillRefNumber: 'nobody' };
    const validate = async () => JSON.parse((await deliver(channel.callbackUrls.validation, asked)).text).ResultCode;
    expect(await validate()).toBe('0');
    await patch(shop, channel.id, { kind: 'paybill' });
    await settled((await ask(newPhone())).body.id).toMatchObject({ status: 'succeeded' });
    await eventually(validate).toBe('C2B00012');
  });

  it('of a store number loses no money that still comes under the former one', async () => {
    const former = newShortcode();
    const { shop, channel } = await prompting.open({ kind: 'till', storeNumber: former });
    await patch(shop, channel.id, { storeNumber: newShortcode() });
    await patch(shop, channel.id, { storeNumber: null });
    const told = confirmation({ TransID: 'FORMER', BusinessShortCode: former });
    expect((await deliver(channel.callbackUrls.confirmation, told)).text).toBe(SUCCESS);
    expect(await shop.paymentsOf('FORMER')).toMatchObject([{ transactionId: 'FORMER' }]);
  });

  it('of credentials takes those that the provider takes, keeps them sealed and never answers them', async () => {
    const shortcode = newShortcode();
    const { shop, channel, ask } = await prompting.open({
      shortcode,
      mode: 'live',
      credentials: await known(shortcode),
    });
    const refused = await patch(shop, channel.id, {
      credentials: { consumerKey: 'wrong', consumerSecret: 'wrong', passkey: 'wrong' },
    });
    expect([refused.status, refused.body.code]).toEqual([422, 'credentials_refused']);
    const credentials = await known(shortcode, `${shortcode}-anew`);
    const prompt = (await ask(newPhone())).body;
    expect(prompt.status).toBe('failed'); // the sandbox knows the new ones only
    const changed = await patch(shop, channel.id, { credentials });
    expect([changed.status, changed.body.version]).toEqual([200, 2]);
    expect((await ask(newPhone())).body.status).toBe('prompted');
    expect((await patch(shop, channel.id, { credentials })).body.version).toBe(2);
    const seen = [changed.body, (await changesOf(shop, channel.id)).at(0)];
    expect(seen[1]).toMatchObject({ fields: [{ name: 'credentials', before: null, after: null }] });
    for (const secret of Object.values(credentials)) expect(JSON.stringify(seen)).not.toContain(secret);
    const { db, close } = connectMongo(prompting.world.slice.mongoUrl, `${prompting.world.slice.dbPrefix}payment`);
    const stored = JSON.stringify(await db.collection('payment_channels').find().toArray());
    await close();
    for (const secret of Object.values(credentials)) expect(stored).not.toContain(secret);
  });
});

describe('a closed channel', () => {
  it('is listed apart from open ones, and each by its short code', async () => {
    const { shop, shortcode, channel } = await prompting.open();
    const other = await shop.openChannel({ shortcode: newShortcode() });
    await act(shop, channel.id, 'close');
    const list = async (query: string) =>
      (await shop.call<{ data: Seen[] }>('GET', `${PATH}?${query}`)).body.data.map(({ id }) => id);
    expect([await list('status=closed'), await list('status=open')]).toEqual([[channel.id], [other.id]]);
    expect([await list(`shortcode=${shortcode}`), await list('mode=live')]).toEqual([[channel.id], []]);
  });

  it('prompts nobody and lets nothing pass validation, and what is paid all the same is recorded', async () => {
    const { shop, shortcode, channel, ask, register } = await prompting.open({ validation: 'accept' });
    await register();
    const asked = { TransID: 'CLOSED0001', TransAmount: '10', BillRefNumber: 'x' };
    expect((await deliver(channel.callbackUrls.validation, asked)).text).toContain('"0"');
    const closed = await act(shop, channel.id, 'close');
    expect(closed.body).toMatchObject({ status: 'closed', closedAt: expect.any(String), version: 3 });
    expect((await act(shop, channel.id, 'close')).body).toEqual(closed.body);
    const refused = await deliver(channel.callbackUrls.validation, asked);
    expect([refused.status, refused.text]).toEqual([200, '{"ResultCode":"C2B00015","ResultDesc":"Rejected"}']);
    expect(
      (
        await deliver(
          channel.callbackUrls.confirmation,
          confirmation({ TransID: 'CLOSED0001', BusinessShortCode: shortcode }),
        )
      ).text,
    ).toBe(SUCCESS);
    await expect
      .poll(() => shop.paymentsOf('CLOSED0001'))
      .toMatchObject([{ channelId: channel.id, amountCents: 150_000 }]);
    const named = await ask(newPhone(), { channelId: channel.id });
    expect([named.status, named.body.code]).toEqual([409, 'channel_closed']);
    expect((await ask(newPhone())).body.code).toBe('channel_required');
    expect((await act(shop, channel.id, 'reopen')).body).toMatchObject({ status: 'open', closedAt: null, version: 4 });
    expect((await deliver(channel.callbackUrls.validation, asked)).text).toContain('"0"');
    expect((await ask(newPhone())).status).toBe(201);
    const what = (await changesOf(shop, channel.id)).map((change) => change.what);
    expect(what).toEqual(['reopened', 'closed', 'addresses_registered', 'opened']);
  });

  it('is closed on every replica, also where its prompt was on the phone', async () => {
    const { shop, channel, ask, settled } = await prompting.open();
    const other = await prompting.world.start();
    const asked = { TransID: 'X', TransAmount: '10', BillRefNumber: 'x' };
    const validate = async () =>
      JSON.parse((await deliver(channel.callbackUrls.validation, asked, { base: other.url })).text).ResultCode;
    expect(await validate()).toBe('0');
    const phone = newPhone();
    await prompting.sandbox.control('PUT', `/payers/${phone}`, { stk: 'hold' });
    const { body } = await ask(phone);
    await act(shop, channel.id, 'close');
    await expect.poll(validate).toBe('C2B00015');
    await prompting.sandbox.control('POST', `/pushes/${body.checkoutRequestId}/answer`, { outcome: 'approve' });
    await settled(body.id).toMatchObject({ status: 'succeeded', paymentId: expect.any(String) });
  });

  it('is reopened instead of opened again, and a live one keeps its short code from others', async () => {
    const shortcode = newShortcode();
    const credentials = await known(shortcode);
    const wanted = { rail: 'mpesa', kind: 'paybill', shortcode, name: 'Live', mode: 'live', credentials };
    const shop = await prompting.world.organisation();
    const channel = await shop.openChannel(wanted);
    await act(shop, channel.id, 'close');
    const again = await shop.call<Seen>('POST', PATH, wanted);
    expect([again.status, again.body.code]).toEqual([409, 'channel_exists']);
    expect(again.body.detail).toContain(`${channel.id}/reopen`);
    const rival = await (await prompting.world.organisation()).call('POST', PATH, wanted);
    expect([rival.status, rival.body.code]).toEqual([409, 'shortcode_taken']);
  });

  it('of test money leaves its short code to a live one, which alone is prompted by, and the two never mix', async () => {
    const { shop, shortcode, channel } = await prompting.open();
    const live = await shop.openChannel({ shortcode, mode: 'live', credentials: await known(shortcode) });
    expect((await askOf(shop)(newPhone())).body.code).toBe('channel_required');
    await act(shop, channel.id, 'close');
    const prompt = (await askOf(shop)(newPhone())).body as unknown as { channelId: string; mode: string };
    expect([prompt.channelId, prompt.mode]).toEqual([live.id, 'live']);
    const paid = confirmation({ TransID: 'GOLIVE0001', BusinessShortCode: shortcode });
    for (const { callbackUrls } of [channel, live]) await deliver(callbackUrls.confirmation, paid);
    const payments = async () =>
      (await shop.paymentsOf('GOLIVE0001')).map(({ mode, channelId }) => `${mode} ${channelId}`).toSorted();
    await expect.poll(payments).toEqual([`live ${live.id}`, `test ${channel.id}`]);
  });
});

it('says whether the provider has the present addresses, and they are registered as often as wanted', async () => {
  const { shop, channel, register } = await prompting.open();
  const registration = async () => (await shop.call<Seen>('GET', `${PATH}/${channel.id}`)).body.registration;
  expect(await registration()).toBe('not_known');
  await register();
  expect(await registration()).toBe('current');
  const key = { 'idempotency-key': 'rotation' };
  const rotate = () => shop.call<Seen>('POST', `${PATH}/${channel.id}/rotate-secret`, {}, key);
  const rotated = (await rotate()).body;
  expect([rotated.registration, rotated.retireOldAt]).toEqual(['outdated', expect.any(String)]);
  expect((await rotate()).body).toEqual(rotated);
  for (const _ of times(2, () => 0)) expect((await register()).status).toBe(200);
  expect(await registration()).toBe('current');
});

it('only owners and admins change, close and reopen; strangers find nothing', async () => {
  const { shop, channel } = await prompting.open();
  const clerk = await prompting.world.member(shop.id, ['bookkeeper']);
  const stranger = await prompting.world.organisation();
  for (const [who, status] of [
    [clerk, 403],
    [stranger, 404],
  ] as const) {
    const answers = [
      await patch(who, channel.id, { name: 'Theirs' }),
      await act(who, channel.id, 'close'),
      await act(who, channel.id, 'reopen'),
    ];
    expect(answers.map((answer) => answer.status)).toEqual(times(3, () => status));
  }
  expect((await stranger.call('GET', `${PATH}/${channel.id}/changes`)).status).toBe(404);
  expect(await changesOf(clerk, channel.id)).toHaveLength(1);
});
