import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '@malipo/test-kit';
import { afterEach, expect, it } from 'vitest';
import { openPrompting } from './prompting.ts';
import { openDoor } from './provider-door.ts';

const REFUSED = { requestId: '1', errorCode: '400.002.02', errorMessage: 'Bad Request - Invalid ShortCode' };
const NEW = { consumerKey: 'new', consumerSecret: 'new', passkey: 'new' };

/** Short codes that the provider refuses to tell of, and how often it was asked for each. */
const refused = new Set<string>();
const asked = new Map<string, number>();
const asksOf = (shortcode: string) => asked.get(shortcode) ?? 0;
const NEW_BASIC = `Basic ${Buffer.from('new:new').toString('base64')}`;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** The service behind that provider, and what it said of a channel's missing payments. */
async function start(pullEveryMs: number) {
  const folder = await mkdtemp(path.join(tmpdir(), 'malipo-log-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const door = await openDoor(({ path: to, authorization, body }) => {
    if (authorization === NEW_BASIC) return { status: 200, body: { access_token: 'new', expires_in: '3599' } };
    if (to !== '/pulltransactions/v1/query') return undefined;
    const { ShortCode } = JSON.parse(body) as { ShortCode: string };
    asked.set(ShortCode, asksOf(ShortCode) + 1);
    if (authorization === 'Bearer new') return { status: 200, body: { ResponseCode: '1001' } };
    return refused.has(ShortCode) ? { status: 400, body: REFUSED } : undefined;
  });
  ends.push(door.close);
  const file = path.join(folder, 'log');
  const prompting = await openPrompting({
    MALIPO_DARAJA_TEST_URL: door.url,
    MALIPO_PULL_EVERY_MS: String(pullEveryMs),
    MALIPO_LOG_LEVEL: 'info',
    MALIPO_LOG_FILE: file,
  });
  ends.push(prompting.close);
  door.leadTo(prompting.sandbox.url);
  const said = async (channelId: string): Promise<string[]> =>
    (await readFile(file, 'utf8'))
      .split('\n')
      .filter((line) => line.includes(channelId) && line.includes('missing payments'))
      .map((line) => (JSON.parse(line) as { msg: string }).msg.split(';')[0] ?? '');
  return { open: prompting.open, said };
}

it('a channel that the provider refuses is asked less and less often, and said of once, and once more when it is told again', async () => {
  const { open, said } = await start(100);
  const [theirs, ours] = [await open(), await open()];
  refused.add(ours.shortcode);
  await Promise.all([theirs.register(true), ours.register(true)]);
  await eventually(() => asksOf(theirs.shortcode)).toBeGreaterThan(20);
  expect(asksOf(ours.shortcode)).toBeLessThan(asksOf(theirs.shortcode) / 2);
  await eventually(() => asksOf(ours.shortcode)).toBeGreaterThan(2);
  await eventually(() => said(ours.channel.id)).toEqual(['missing payments are refused']);
  refused.delete(ours.shortcode);
  const both = ['missing payments are refused', 'missing payments are fetched again'];
  await eventually(() => said(ours.channel.id)).toEqual(both);
});

it('a channel that the provider refuses is asked at once with new credentials', async () => {
  const { open, said } = await start(3_600_000);
  const { shop, shortcode, channel, register } = await open();
  refused.add(shortcode);
  await register(true);
  await eventually(() => said(channel.id)).toHaveLength(1);
  const to = `/api/v1/payment-channels/${channel.id}`;
  const { headers } = await shop.call('GET', to);
  const ifMatch = { 'if-match': headers.get('etag') ?? '' };
  expect((await shop.call('PATCH', to, { credentials: NEW }, ifMatch)).status).toBe(200);
  await eventually(() => said(channel.id)).toHaveLength(2);
});
