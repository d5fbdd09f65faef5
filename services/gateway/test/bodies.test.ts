import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gateway, startGateway, startUpstream } from './support.ts';

let service: Awaited<ReturnType<typeof startUpstream>>;
let gateway: Gateway;
let token: string;

beforeAll(async () => {
  service = await startUpstream('invoice');
  gateway = await startGateway({ urls: { invoice: service.url }, env: { MALIPO_UPSTREAM_TIMEOUT_MS: '500' } });
  token = await gateway.tokenFor();
});
afterAll(async () => {
  await gateway.stop();
  await service.app.close();
});

/** Sends these chunks with no length ahead, and ends only where nothing is to be waited for. */
const send = (chunks: readonly string[], { end = true } = {}) =>
  gateway.fetch('/api/v1/invoices', {
    token,
    method: 'POST',
    duplex: 'half',
    body: new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
        if (end) controller.close();
      },
    }),
  } as RequestInit & { token: string });

test('a body that says no length ahead is passed on', async () => {
  const answer = await send(['{"a":', '1}']);
  expect([answer.status, await answer.json()]).toMatchObject([200, { body: '{"a":1}' }]);
});

test('one that turns out too large is refused as such, and the next request is answered', async () => {
  const large = await send(Array.from({ length: 17 }, () => 'x'.repeat(65_536)));
  expect([large.status, await large.json()]).toMatchObject([413, { code: 'body_too_large' }]);
  expect((await send(['x'])).status).toBe(200);
});

test('one that does not come is the client’s delay and not the service’s', async () => {
  const answer = await send(['{'], { end: false });
  expect([answer.status, await answer.json()]).toMatchObject([408, { code: 'request_too_slow' }]);
});

test.each(['GET', 'HEAD'])('the body of a %s, which nobody reads, takes no byte of who comes next', async (method) => {
  const headers = { authorization: `Bearer ${token}`, 'content-length': 2 };
  const statuses: (number | undefined)[] = [];
  for (let round = 0; round < 4; round++) {
    statuses.push(await withBody(method, headers, '{}'));
    statuses.push((await gateway.fetch('/api/v1/invoices', { token, method: 'POST', body: 'x' })).status);
  }
  expect(statuses).toEqual(Array(8).fill(200));
});

/** With a body that fetch would not let through. @returns the status */
const withBody = (method: string, headers: Record<string, string | number>, body: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const outgoing = httpRequest(`${gateway.url}/api/v1/invoices`, { method, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    });
    outgoing.on('error', reject).end(body);
  });
