import { type ClientRequest, request as httpRequest } from 'node:http';
import { eventually } from '@malipo/test-kit';
import { afterEach, expect, test } from 'vitest';
import { startGateway, startUpstream } from './support.ts';

const ends: (() => unknown)[] = [];
/** How many of the slow requests were answered, refused for instance. */
let answered = 0;
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A gateway before one service, and how many requests that has got; all are gone after the test. */
async function start(atOnce: number) {
  answered = 0;
  const service = await startUpstream('invoice');
  ends.push(() => service.app.close());
  let arrived = 0;
  service.app.server.on('request', () => {
    arrived++;
  });
  const gateway = await startGateway({
    urls: { invoice: service.url, identity: service.url },
    env: { MALIPO_REQUESTS_AT_ONCE: String(atOnce), MALIPO_UPSTREAM_TIMEOUT_MS: '60000' },
  });
  ends.push(() => gateway.stop());
  return { gateway, arrived: () => arrived };
}

/** A request whose body never ends. */
function sendSlowly(url: string, authorization: string): ClientRequest {
  const headers = { authorization, 'content-type': 'application/json', 'content-length': 100 };
  const slow = httpRequest(url, { method: 'POST', headers }, () => {
    answered++;
  });
  slow.on('error', () => undefined).write('{');
  ends.push(() => slow.destroy());
  return slow;
}

test('who sends slowly holds up nobody else, however many such requests there are', async () => {
  const { gateway, arrived } = await start(400);
  const [theirs, ours] = [await gateway.tokenFor(), await gateway.tokenFor()];
  for (let count = 0; count < 300; count++) sendSlowly(`${gateway.url}/api/v1/invoices`, `Bearer ${theirs}`);
  await eventually(arrived).toBe(300);
  expect((await gateway.fetch('/api/v1/invoices', { token: ours })).status).toBe(200);
  expect(answered).toBe(0);
});

test('a caller has so many requests under way at once, whichever routes they are for, and more once one has ended', async () => {
  const { gateway, arrived } = await start(2);
  const [theirs, ours] = [await gateway.tokenFor(), await gateway.tokenFor()];
  const [slow] = ['invoices', 'users'].map((path) => sendSlowly(`${gateway.url}/api/v1/${path}`, `Bearer ${theirs}`));
  await eventually(arrived).toBe(2);
  const refused = await gateway.fetch('/api/v1/invoices', { token: theirs });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await refused.json()).toMatchObject({ code: 'too_many_at_once' });
  expect((await gateway.fetch('/api/v1/invoices', { token: ours })).status).toBe(200);
  slow?.destroy();
  await eventually(async () => (await gateway.fetch('/api/v1/invoices', { token: theirs })).status).toBe(200);
});

test('callbacks are not counted, since a provider may never come again', async () => {
  const { gateway } = await start(1);
  sendSlowly(`${gateway.url}/api/v1/auth/login`, '');
  const logIn = () => gateway.fetch('/api/v1/auth/login', { method: 'POST', body: '{}' });
  await eventually(async () => (await logIn()).text()).toContain('too_many_at_once');
  const called = await gateway.fetch('/callbacks/x/y/stk', { method: 'POST', body: '{}' });
  expect(called.status).toBe(503); // nobody is there, and it was tried
});
