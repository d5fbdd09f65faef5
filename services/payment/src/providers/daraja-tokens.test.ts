import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpClient } from '@malipo/service-kit';
import { expect, it, onTestFinished } from 'vitest';
import { createTokens } from './daraja-tokens.ts';

/** A provider that gives the tokens T1, T2 and so on. */
async function openTokens() {
  let given = 0;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: `T${++given}`, expires_in: '3599' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const http = createHttpClient('daraja', { baseURL: `http://127.0.0.1:${port}` });
  onTestFinished(() => {
    http.close();
    server.close();
  });
  return createTokens(http, () => new Date());
}

it('calls whose token was refused share the next one, also those that hear of it later', async () => {
  const tokens = await openTokens();
  const who = { consumerKey: 'k', consumerSecret: 's', passkey: 'p' };
  expect(await tokens.get(who)).toBe('T1');
  expect(await Promise.all([tokens.get(who, 'T1'), tokens.get(who, 'T1')])).toEqual(['T2', 'T2']);
  expect(await tokens.get(who, 'T1')).toBe('T2');
  expect(await tokens.get(who, 'T2')).toBe('T3');
});
