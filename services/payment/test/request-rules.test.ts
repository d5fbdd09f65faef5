import { afterAll, beforeAll, expect, it } from 'vitest';
import { askOf, newPhone, newShortcode, openPrompting, type Prompting } from './prompting.ts';
import { deliver, type PaymentBody, type RequestBody, times } from './support.ts';

let prompting: Prompting;
beforeAll(async () => {
  prompting = await openPrompting();
});
afterAll(() => prompting?.close());

it('one open prompt per payer and purpose, also when two are asked at once', async () => {
  const { ask } = await prompting.open();
  const phone = newPhone();
  await prompting.sandbox.control('PUT', `/payers/${phone}`, { stk: 'hold' });
  const answers = await Promise.all(times(5, () => ask(phone)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
  expect(answers.find(({ status }) => status === 409)?.body.code).toBe('request_open');
  expect((await ask(phone, { accountReference: 'OTHER' })).status).toBe(201);
});

it.each([
  [{ amountCents: 150_050 }, 422, 'amount_not_whole_shillings'],
  [{ amountCents: 0 }, 422, 'amount_out_of_range'],
  [{ amountCents: -100 }, 422, 'amount_out_of_range'],
  [{ amountCents: 25_000_100 }, 422, 'amount_out_of_range'],
  [{ amountCents: '150000' }, 400, 'validation_failed'],
  [{ phone: 'nobody' }, 400, 'validation_failed'],
  [{ phone: '020 234 5678' }, 400, 'validation_failed'],
  [{ phone: '+256 772 123456' }, 400, 'validation_failed'],
  [{ accountReference: 'far too long a reference' }, 400, 'validation_failed'],
  [{ accountReference: undefined }, 400, 'validation_failed'],
  [{ surprise: 1 }, 400, 'validation_failed'],
  [{ channelId: '01890000-0000-7000-8000-000000000000' }, 404, 'channel_not_found'],
] as const)('refuses %j with %i %s', async (changes, status, code) => {
  const { ask } = await prompting.open();
  const answer = await ask(newPhone(), changes);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

it('asks for a channel where there is none or more than one, and for credentials where it must prompt', async () => {
  const nobody = await prompting.world.organisation();
  expect((await askOf(nobody)(newPhone())).body.code).toBe('channel_required');
  const { shop, ask } = await prompting.open();
  await shop.openChannel({ shortcode: newShortcode(), kind: 'till', storeNumber: '600990' });
  expect((await ask(newPhone())).body.code).toBe('channel_required');
});

it('requests are listed by state, and are nobody else’s', async () => {
  const { shop, ask, settled } = await prompting.open();
  const { body, headers } = await ask(newPhone());
  expect(headers.get('location')).toBe(`/api/v1/payment-requests/${body.id}`);
  await settled(body.id).toMatchObject({ status: 'succeeded' });
  const list = async (query: string) =>
    (await shop.call<{ data: RequestBody[] }>('GET', `/api/v1/payment-requests${query}`)).body.data.map(({ id }) => id);
  expect([await list('?status=succeeded'), await list('?status=failed')]).toEqual([[body.id], []]);
  const stranger = await prompting.world.organisation();
  expect((await stranger.call('GET', `/api/v1/payment-requests/${body.id}`)).status).toBe(404);
  const viewer = await prompting.world.member(shop.id, ['viewer']);
  expect((await viewer.call('POST', '/api/v1/payment-requests', {})).status).toBe(403);
});

it('a live short code is refused as one’s own or as somebody else’s, also when asked for several times at once', async () => {
  const shortcode = newShortcode();
  const credentials = { consumerKey: `key-${shortcode}`, consumerSecret: 'secret', passkey: 'passkey' };
  await prompting.sandbox.control('POST', '/shortcodes', { shortcode, kind: 'paybill', ...credentials });
  const wanted = { rail: 'mpesa', kind: 'paybill', shortcode, name: 'Live', mode: 'live', credentials };
  const [shop, rival] = [await prompting.world.organisation(), await prompting.world.organisation()];
  const open = async (who: typeof shop) => {
    const { status, body } = await who.call('POST', '/api/v1/payment-channels', wanted);
    return status === 201 ? 'opened' : body.code;
  };
  expect((await Promise.all(times(4, () => open(shop)))).toSorted()).toEqual([
    ...times(3, () => 'channel_exists'),
    'opened',
  ]);
  expect([await open(shop), await open(rival)]).toEqual(['channel_exists', 'shortcode_taken']);
});

it('a live channel must pass a call to the provider, hears only the provider’s addresses, and is never mixed with test', async () => {
  const shop = await prompting.world.organisation();
  const shortcode = newShortcode();
  const credentials = { consumerKey: `key-${shortcode}`, consumerSecret: 'secret', passkey: 'passkey' };
  const wanted = { rail: 'mpesa', kind: 'paybill', shortcode, name: 'Live', mode: 'live', credentials };
  const refused = await shop.call('POST', '/api/v1/payment-channels', wanted);
  expect([refused.status, refused.body.code]).toEqual([422, 'credentials_refused']);
  await prompting.sandbox.control('POST', '/shortcodes', { shortcode, kind: 'paybill', ...credentials });
  const channel = await shop.openChannel(wanted);
  const rival = await (await prompting.world.organisation()).call('POST', '/api/v1/payment-channels', wanted);
  expect([rival.status, rival.body.code]).toEqual([409, 'shortcode_taken']);
  const test = await shop.openChannel({ shortcode, mode: 'test' });
  const body = { TransID: 'MODES', TransAmount: '10', BusinessShortCode: shortcode };
  await deliver(channel.callbackUrls.confirmation, body);
  await deliver(test.callbackUrls.confirmation, body);
  const payments = (await shop.paymentsOf('MODES')).map(({ mode, flags }: PaymentBody) => [
    mode,
    flags.includes('unlisted_sender'),
  ]);
  expect(payments.toSorted()).toEqual([
    ['live', true],
    ['test', false],
  ]);
});
