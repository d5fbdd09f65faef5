import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPrompting, type Prompting } from './prompting.ts';

const HOUR_MS = 3_600_000;
let prompting: Prompting;
let provider: http.Server;

/** The sandbox behind a door that gives one payment a page, and gives way at the third page of a question. */
beforeAll(async () => {
  provider = http.createServer(async (request, response) => {
    const body = await text(request);
    const isPull = request.url === '/pulltransactions/v1/query';
    if (isPull && Number((JSON.parse(body) as { OffSetValue: string }).OffSetValue) >= 2) {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end('{"requestId":"1","errorCode":"500.003.02","errorMessage":"System is busy. Please try again."}');
      return;
    }
    const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers;
    const answer = await fetch(`${prompting.sandbox.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(body ? { body } : {}),
    });
    const said = (await answer.json()) as { Response?: unknown[][] };
    if (isPull && said.Response?.[0]) said.Response[0].splice(1);
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(said));
  });
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
  const { port } = provider.address() as AddressInfo;
  prompting = await openPrompting({ MALIPO_DARAJA_TEST_URL: `http://127.0.0.1:${port}` });
});
afterAll(async () => {
  await prompting?.close();
  provider?.close();
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
