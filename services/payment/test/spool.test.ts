import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectMongo } from '@malipo/service-kit';
import { type TcpProxy, tcpProxy } from '@malipo/test-kit';
import { newId } from '@malipo/values';
import { afterEach, beforeEach, expect, inject, it, onTestFinished } from 'vitest';
import {
  type ChannelBody,
  confirmation,
  deliver,
  metricOf,
  type Organisation,
  SUCCESS,
  startWorld,
  times,
  type World,
} from './support.ts';

let proxy: TcpProxy;
let world: World;
let shop: Organisation;
let channel: ChannelBody;

const start = async (env: Record<string, string> = {}) => {
  const port = Number(/:(\d+)/.exec(inject('stack').mongoUrl.replace('mongodb://', ''))?.[1]);
  proxy = await tcpProxy(port);
  world = await startWorld({ MALIPO_MONGO_URL: `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`, ...env });
  shop = await world.organisation();
  channel = await shop.openChannel();
};
const metric = (name: string) => metricOf(world.url, name);

/** Callbacks of kind `c2b` so far, by what became of them. */
const outcomes = async (): Promise<Record<string, number>> => {
  const text = await (await fetch(`${world.url}/metrics`)).text();
  const lines = text.matchAll(/^malipo_callbacks_total\{kind="c2b",outcome="(\w+)".*\} (\d+)/gm);
  return Object.fromEntries([...lines].map(([, outcome, count]) => [outcome, Number(count)]));
};

/** Posts many confirmations at once. @returns of each its receipt, how long it took, in milliseconds, and what was answered */
const flood = (prefix: string, count: number) =>
  Promise.all(
    times(count, async (index) => {
      const started = performance.now();
      const receipt = `${prefix}${index}`;
      const answer = await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: receipt }));
      return { ...answer, receipt, ms: performance.now() - started };
    }),
  );

const allPayments = async (cursor = ''): Promise<{ transactionId: string }[]> => {
  type Page = { data: { transactionId: string }[]; page: { next: string | null } };
  const { data, page } = (await shop.call<Page>('GET', `/api/v1/payments?limit=200${cursor}`)).body;
  return page.next ? [...data, ...(await allPayments(`&cursor=${page.next}`))] : data;
};

beforeEach(() => start());
afterEach(async () => {
  proxy.restore();
  await world.close();
  await proxy.close();
});

it.each(['cut', 'pause'] as const)(
  'callbacks are answered from the spool while the database is gone (%s), and none is lost',
  async (fault) => {
    await flood('BEFORE', 5);
    proxy[fault]();
    const during = [...(await flood('FIRST', 50)), ...(await flood('SECOND', 50)), ...(await flood('FIRST', 50))];
    expect(new Set(during.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set([`200 ${SUCCESS}`]));
    expect(await metric('malipo_spool_bytes')).toBeGreaterThan(0);
    proxy.restore();
    const count = async () =>
      (await shop.call<{ data: unknown[] }>('GET', '/api/v1/payments?limit=200')).body.data?.length;
    await expect.poll(count).toBe(105);
    await world.untilSpoolIsEmpty();
    await expect.poll(async () => (await shop.paymentsOf('FIRST0'))[0]?.repeats).toBe(1);
  },
  60_000,
);

it('says that it may take traffic while the database is gone, since callbacks are what it takes', async () => {
  const ready = async () => {
    const answer = await fetch(`${world.url}/ready`);
    return { status: answer.status, ...((await answer.json()) as { checks: Record<string, boolean> }).checks };
  };
  await expect.poll(ready).toMatchObject({ status: 200, mongo: true, consumers: true });
  proxy.cut();
  await expect.poll(ready).toMatchObject({ status: 200, mongo: false });
  expect(await deliver(channel.callbackUrls.confirmation, confirmation())).toMatchObject({
    status: 200,
    text: SUCCESS,
  });
}, 60_000);

it('callbacks of a channel that a database does not know wait for the database that does', async () => {
  const own = await world.spawn();
  const post = (TransID: string) =>
    deliver(channel.callbackUrls.confirmation, confirmation({ TransID }), { base: own.url });
  await post('BEFORE'); // it knows the channel and its secret now
  proxy.cut();
  expect(await post('SPOOLED')).toMatchObject({ status: 200, text: SUCCESS });
  await own.kill();
  proxy.restore();
  const other = await startWorld({ MALIPO_SPOOL_DIR: own.spool });
  await expect.poll(() => readdir(own.spool)).toEqual([expect.stringMatching(/\.unclaimed$/)]);
  await other.close();
  await world.start({ MALIPO_SPOOL_DIR: own.spool });
  await expect.poll(() => shop.paymentsOf('SPOOLED')).toHaveLength(1);
  await expect.poll(() => readdir(own.spool)).toEqual([]);
});

it('what another version wrote is kept for a person, and holds up nothing', async () => {
  const spool = await mkdtemp(path.join(tmpdir(), 'malipo-spool-'));
  onTestFinished(() => rm(spool, { recursive: true }));
  const body = Buffer.from(JSON.stringify(confirmation({ TransID: 'BEHIND' }))).toString('base64');
  const trace = { correlationId: newId(), causationId: null, traceparent: null };
  const known = { channelId: channel.id, kind: 'c2b', requestId: null, body, bytes: 300, sha256: null, trace };
  const lines = [null, { ...known, trace: undefined }, { ...known, receivedAt: Date.now(), from: '127.0.0.1' }];
  for (const line of lines) await writeFile(path.join(spool, `${newId()}.spool`), `${JSON.stringify(line)}\n`);
  const heir = await world.start({ MALIPO_SPOOL_DIR: spool });
  await world.untilSpoolIsEmpty(heir.url);
  expect(await shop.paymentsOf('BEHIND')).toHaveLength(1);
  expect(await readdir(spool)).toEqual([expect.stringMatching(/\.broken$/), expect.stringMatching(/\.broken$/)]);
});

it('what an earlier version answered, and wrote as it did then, becomes a payment received at that time', async () => {
  const spool = await mkdtemp(path.join(tmpdir(), 'malipo-spool-'));
  onTestFinished(() => rm(spool, { recursive: true }));
  const receivedAt = '2026-11-21T16:46:25.245Z';
  const line = {
    channelId: channel.id,
    kind: 'c2b',
    requestId: null,
    body: Buffer.from(JSON.stringify(confirmation({ TransID: 'EARLIER' }))).toString('base64'),
    bytes: 313,
    sha256: null,
    receivedAt,
    from: '127.0.0.1',
    trace: { correlationId: newId(), causationId: null, traceparent: null },
  };
  await writeFile(path.join(spool, `${newId()}.spool`), `${JSON.stringify(line)}\n`);
  const heir = await world.start({ MALIPO_SPOOL_DIR: spool });
  await world.untilSpoolIsEmpty(heir.url);
  expect(await shop.paymentsOf('EARLIER')).toMatchObject([{ receivedAt }]);
  expect(await readdir(spool)).toEqual([]);
});

it('a repeat that was given up as too slow, and recorded after all, is counted once', async () => {
  await flood('SLOW', 1);
  proxy.pause();
  await flood('SLOW', 1); // answered from the spool, while its write hangs
  proxy.restore();
  await world.untilSpoolIsEmpty();
  await expect.poll(async () => (await shop.paymentsOf('SLOW0'))[0]?.repeats).toBe(1);
}, 60_000);

it('a full queue takes no more: what comes beyond it is answered from the spool, and all is recorded once', async () => {
  await flood('BURST', 1);
  proxy.pause();
  const depths: number[] = [];
  const answers = flood('BURST', 300);
  const underWay = async () => {
    const spooled = (await outcomes())['spooled'] ?? 0;
    depths.push(await metric('malipo_callback_queue_depth'));
    return spooled + (depths.at(-1) ?? 0);
  };
  await expect.poll(underWay, { interval: 10 }).toBeGreaterThanOrEqual(300);
  expect(Math.max(...depths)).toBeLessThanOrEqual(128);
  proxy.restore();
  expect(new Set((await answers).map(({ status, text }) => `${status} ${text}`))).toEqual(new Set([`200 ${SUCCESS}`]));
  await world.untilSpoolIsEmpty();
  const receipts = (await allPayments()).map(({ transactionId }) => transactionId);
  expect(receipts.toSorted()).toEqual(times(300, (index) => `BURST${index}`).toSorted());
}, 60_000);

it('a process that is killed in the middle of a flood loses nothing of what it answered', async () => {
  const victim = await world.spawn();
  await deliver(channel.callbackUrls.confirmation, confirmation({ TransID: 'BEFORE' }), { base: victim.url });
  proxy.pause(); // so that what is answered lies on the spool alone
  const answered: string[] = [];
  await Promise.all(
    times(400, async (index) => {
      const body = confirmation({ TransID: `KILLED${index}` });
      const answer = await deliver(channel.callbackUrls.confirmation, body, { base: victim.url }).catch(
        () => undefined,
      );
      if (answer?.status !== 200) return;
      answered.push(`KILLED${index}`);
      if (answered.length === 100) await victim.kill();
    }),
  );
  proxy.restore();
  const heir = await world.start({ MALIPO_SPOOL_DIR: victim.spool });
  await world.untilSpoolIsEmpty(heir.url);
  const receipts = (await allPayments()).map(({ transactionId }) => transactionId);
  expect(answered.length).toBeGreaterThanOrEqual(100);
  expect(answered.filter((receipt) => !receipts.includes(receipt))).toEqual([]);
  expect(new Set(receipts).size).toBe(receipts.length);
}, 60_000);

it('a channel that nobody could look up is checked later: the right secret counts, a wrong one does not', async () => {
  const other = await world.start();
  const late = await world.organisation();
  const elsewhere = await late.openChannel({ shortcode: '600111' });
  proxy.cut();
  const wrong = elsewhere.callbackUrls.confirmation.replace(/\/[0-9a-f]{32}\//, `/${'0'.repeat(32)}/`);
  const body = confirmation({ TransID: 'LATER', BusinessShortCode: '600111' });
  const options = { base: other.url };
  const answers = [
    await deliver(elsewhere.callbackUrls.confirmation, body, options),
    await deliver(wrong, confirmation({ TransID: 'FORGED', BusinessShortCode: '600111' }), options),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  proxy.restore();
  await expect.poll(() => late.paymentsOf('LATER')).toHaveLength(1);
  expect(await late.paymentsOf('FORGED')).toEqual([]);
}, 60_000);

it('validations of a channel that nobody could look up take no room from its confirmations', async () => {
  const base = (await world.start()).url;
  const { callbackUrls } = await shop.openChannel({ shortcode: '600111' });
  proxy.cut();
  for (let round = 0; round < 51; round++) {
    const asked = times(100, () => deliver(callbackUrls.validation, confirmation(), { base }));
    expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([200]));
  }
  expect(await deliver(callbackUrls.confirmation, confirmation(), { base })).toMatchObject({ status: 200 });
}, 60_000);

it('what the database will never take is answered, kept for a person and counted; the rest of its batch is stored', async () => {
  const mongo = connectMongo(inject('stack').mongoUrl, `${world.slice.dbPrefix}payment`);
  await mongo.db.command({ collMod: 'payments', validator: { receipt: { $ne: 'NEVER' } } });
  await mongo.close();
  const bodies = ['FINE1', 'NEVER', 'FINE2'].map((TransID) => confirmation({ TransID }));
  const answers = await Promise.all(bodies.map((body) => deliver(channel.callbackUrls.confirmation, body)));
  expect(answers.map(({ status, text }) => `${status} ${text}`)).toEqual(answers.map(() => `200 ${SUCCESS}`));
  await expect.poll(async () => (await shop.unreadable(channel.id))[0]?.reason).toBe('cannot_be_recorded');
  await world.untilSpoolIsEmpty();
  for (const receipt of ['FINE1', 'FINE2']) expect(await shop.paymentsOf(receipt)).toHaveLength(1);
  expect(await outcomes()).toMatchObject({ cannot_be_recorded: 1 });
  expect((await outcomes())['spooled_after_error']).toBeGreaterThanOrEqual(1);
}, 60_000);

it('a full spool answers 503 with Retry-After', async () => {
  await world.close();
  await proxy.close();
  await start({ MALIPO_SPOOL_MAX_BYTES: '2000' });
  await flood('BEFORE', 1);
  proxy.cut();
  const answers = [...(await flood('FULL', 3)), ...(await flood('OVER', 5))];
  const refused = answers.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  expect(refused[0]?.headers.get('retry-after')).toBe('2');
  proxy.restore();
  // a write that was given up may still arrive, and then a callback that was turned away is known all the same
  for (const receipt of answers.flatMap(({ status, receipt }) => (status === 200 ? [receipt] : [])))
    await expect.poll(() => shop.paymentsOf(receipt)).toHaveLength(1);
}, 60_000);
