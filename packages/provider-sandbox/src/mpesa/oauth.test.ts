import { afterEach, expect, it } from 'vitest';
import { basic, call, createClock, daraja, getToken, startSandbox, stkRequest } from '../../test/support.ts';
import type { Sandbox } from '../index.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const generate = (query: string, headers: Record<string, string>) =>
  call(`${sandbox.url}/oauth/v1/generate${query}`, { headers });

it('gives a token whose lifetime is text', async () => {
  sandbox = await startSandbox();
  const { status, json } = await generate('?grant_type=client_credentials', basic());
  expect(status).toBe(200);
  expect(json).toEqual({ access_token: expect.stringMatching(/^[0-9a-f]{28}$/), expires_in: '3599' });
});

it('tells bad authentication from a bad grant type', async () => {
  sandbox = await startSandbox();
  expect((await generate('?grant_type=client_credentials', basic('key', 'wrong'))).said.errorCode).toBe('400.008.01');
  expect((await generate('?grant_type=client_credentials', {})).said.errorCode).toBe('400.008.01');
  expect((await generate('?grant_type=password', basic())).said.errorCode).toBe('400.008.02');
});

it.each([
  ['/mpesa/stkpush/v1/processrequest', 404, '404.001.03'],
  ['/mpesa/stkpushquery/v1/query', 404, '404.001.03'],
  ['/mpesa/c2b/v2/registerurl', 401, '401.003.01'],
  ['/mpesa/transactionstatus/v1/query', 401, '401.002.01'],
  ['/mpesa/reversal/v1/request', 400, '400.003.01'],
  ['/pulltransactions/v1/query', 401, '401.003.01'],
])('%s refuses a bad token in its own way', async (path, status, errorCode) => {
  sandbox = await startSandbox();
  const reply = await daraja(sandbox, path, {}, 'stale');
  expect(reply.status).toBe(status);
  expect(reply.json).toEqual({ requestId: expect.any(String), errorCode, errorMessage: 'Invalid Access Token' });
});

it('wants a bearer token', async () => {
  sandbox = await startSandbox();
  const reply = await call(`${sandbox.url}/mpesa/c2b/v1/registerurl`, { method: 'POST', headers: basic() });
  expect(reply.said.errorCode).toBe('404.001.04');
});

it('ends tokens at their time and before it', async () => {
  const clock = createClock();
  sandbox = await startSandbox({ now: clock.now });
  const use = async (token: string) =>
    (await daraja(sandbox, '/mpesa/stkpush/v1/processrequest', stkRequest('http://127.0.0.1:1/x'), token)).status;
  const early = await getToken(sandbox);
  sandbox.mpesa.expireTokens('key');
  expect(await use(early)).toBe(404);
  const token = await getToken(sandbox);
  expect(await use(token)).toBe(200);
  clock.forward(3_599_000);
  expect(await use(token)).toBe(404);
});

it('binds a token to the products of its time', async () => {
  sandbox = await startSandbox();
  sandbox.mpesa.disableProduct('600999', 'pull');
  const token = await getToken(sandbox);
  const refused = await daraja(sandbox, '/pulltransactions/v1/register', {}, token);
  expect(refused.said.errorMessage).toBe('Invalid API call as no apiproduct match found');
  sandbox.mpesa.enableProduct('600999', 'pull');
  expect((await daraja(sandbox, '/pulltransactions/v1/register', {}, token)).said.errorMessage).toBe(
    'Invalid Access Token',
  );
  expect((await daraja(sandbox, '/pulltransactions/v1/register', {})).said.errorCode).toBe('400.002.02');
});

it('can let a new token end the one before', async () => {
  sandbox = await startSandbox({ strict: { newTokenEndsOld: true } });
  const first = await getToken(sandbox);
  await getToken(sandbox);
  expect((await daraja(sandbox, '/mpesa/c2b/v1/registerurl', {}, first)).status).toBe(401);
});
