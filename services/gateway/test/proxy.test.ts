import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes, type Upstream, upstreams } from '../src/routes.ts';
import { type Gateway, type Seen, startGateway, startUpstream } from './support.ts';

const services = new Map<Upstream, Awaited<ReturnType<typeof startUpstream>>>();
let gateway: Gateway;
let token: string;

beforeAll(async () => {
  for (const name of upstreams)
    services.set(
      name,
      await startUpstream(name, (app) => {
        app.get('/api/v1/invoices/slow', async () => new Promise((resolve) => setTimeout(resolve, 3_000, {})));
        app.get('/api/v1/invoices/broken', async (request) => void request.raw.socket.destroy());
        app.get('/api/v1/invoices/shedding', async (_request, reply) => {
          shed++;
          return reply.status(503).header('retry-after', '2').type('application/problem+json').send('{"code":"full"}');
        });
      }),
    );
  const urls = Object.fromEntries([...services].map(([name, { url }]) => [name, url]));
  gateway = await startGateway({ urls, env: { MALIPO_UPSTREAM_TIMEOUT_MS: '500' } });
  token = await gateway.tokenFor();
});
afterAll(async () => {
  await gateway.stop();
  for (const { app } of services.values()) await app.close();
});

let shed = 0;
const seen = async (answer: Response): Promise<Seen> => (await answer.json()) as Seen;
const guarded = routes.filter((route) => !route.callback && route.prefix !== '/.well-known');

describe('every prefix', () => {
  test.each(guarded)('$prefix leads to $to, with its path and query as they are', async ({ prefix, to }) => {
    for (const path of [prefix, `${prefix}/a%20b/c?x=1&x=2&y=%2F`]) {
      const answer = await gateway.fetch(path, { token });
      expect(answer.status).toBe(200);
      expect(await seen(answer)).toMatchObject({ service: to, method: 'GET', url: path });
    }
  });

  test.each(guarded)('$prefix is the same with a slash at its end; below it a slash stays', async ({ prefix }) => {
    const urlOf = async (rest: string) => (await seen(await gateway.fetch(prefix + rest, { token }))).url;
    const urls = await Promise.all(['/', '/?limit=2&x=%2F/', '/x/', `/x?to=${prefix}/`].map(urlOf));
    expect(urls).toEqual(['', '?limit=2&x=%2F/', '/x/', `/x?to=${prefix}/`].map((rest) => prefix + rest));
  });

  test.each(guarded)('$prefix needs a token', async ({ prefix }) => {
    for (const path of [prefix, `${prefix}/x`]) {
      const answer = await gateway.fetch(path);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'token_missing' });
    }
    expect((await gateway.fetch(prefix, { token: 'nonsense' })).status).toBe(401);
  });

  test('signing in needs none, and neither do the public keys', async () => {
    for (const path of ['register', 'login', 'refresh', 'logout', 'accept-invite'])
      expect((await gateway.fetch(`/api/v1/auth/${path}`, { method: 'POST', body: '{}' })).status).toBe(200);
    expect(await seen(await gateway.fetch('/.well-known/jwks.json'))).toMatchObject({ service: 'identity' });
  });

  test('too large a body is refused before it is passed on, and the connection stays usable', async () => {
    const large = await gateway.fetch('/api/v1/invoices', { token, method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) });
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ code: 'body_too_large' });
    expect((await gateway.fetch('/api/v1/invoices', { token, method: 'POST', body: 'x' })).status).toBe(200);
  });

  test('a provider’s message is passed on whatever it calls itself', async () => {
    const headers = { 'content-type': 'nonsense' };
    const answer = await gateway.fetch('/callbacks/x/y/stk', { method: 'POST', headers, body: '{}' });
    expect(await seen(answer)).toMatchObject({ service: 'payment', body: '{}' });
  });

  test('says nothing of what methods its paths have: only the service knows', async () => {
    for (const path of ['/api/v1/invoices', '/api/v1/invoices/x', '/api/v1/auth/login']) {
      const { status, headers } = await gateway.fetch(path, { method: 'PROPFIND', token });
      expect([status, headers.get('allow')]).toEqual([404, null]);
    }
  });

  test.each(['DELETE', 'OPTIONS', 'TRACE'])(
    'leads on by %s, too: what it is not for, its service says',
    async (method) => {
      const sent = await raw('/api/v1/invoices', { authorization: `Bearer ${token}` }, method);
      expect(sent).toMatchObject({ service: 'invoice', method });
    },
  );

  test('ends where the table ends', async () => {
    for (const path of ['/api/v1/invoicesx', '/api/v1/nowhere', '/openapi.json/x', '/.well-known/other', '/admin']) {
      const answer = await gateway.fetch(path, { token });
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'route_not_found' });
    }
    expect((await gateway.fetch('/api/v1/auth/..%2f..%2f..%2fmetrics', { token })).status).toBe(400);
  });
});

describe('a forwarded request', () => {
  test('says who asks by our word alone, and drops what belongs to the connection', async () => {
    const { headers } = await raw('/api/v1/payments', {
      authorization: `Bearer ${token}`,
      connection: 'x-secret-hop, keep-alive',
      'x-secret-hop': '1',
      'x-forwarded-for': '196.201.214.200',
      'x-forwarded-host': 'evil.example',
      'x-real-ip': '196.201.214.200',
      forwarded: 'for=196.201.214.200',
      te: 'trailers',
      'proxy-authorization': 'Basic x',
    });
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': new URL(gateway.url).host,
      'x-forwarded-proto': 'http',
      authorization: `Bearer ${token}`,
    });
    for (const name of ['x-secret-hop', 'x-real-ip', 'forwarded', 'te', 'proxy-authorization'])
      expect(headers).not.toHaveProperty(name);
  });

  test('carries the request id and the trace', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const answer = await gateway.fetch('/api/v1/payments', { token, headers: { traceparent } });
    const { headers } = await seen(answer);
    expect(headers['x-request-id']).toBe(answer.headers.get('x-request-id'));
    expect(headers['traceparent']?.slice(0, 35)).toBe(traceparent.slice(0, 35));
    expect(answer.headers.get('x-powered-by')).toBeNull();
  });

  test('keeps its body to the byte, whatever it is', async () => {
    for (const [type, body] of [
      ['application/json', '{"a": 1,   "b":"é"}'],
      ['application/json', '{ not json'],
      ['text/plain', 'plain'],
      ['application/x-www-form-urlencoded', 'a=1&b=2'],
    ] as const) {
      const answer = await gateway.fetch('/api/v1/invoices', {
        method: 'POST',
        token,
        body,
        headers: { 'content-type': type },
      });
      expect(await seen(answer)).toMatchObject({ method: 'POST', body, headers: { 'content-type': type } });
    }
  });
});

describe('callbacks', () => {
  test('reach payment without a token and without a limit, unread', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        gateway.fetch('/callbacks/c1/0123456789abcdef/c2b', { method: 'POST', body: '{"TransID": "X"' }),
      ),
    );
    for (const answer of answers) {
      expect(answer.headers.get('ratelimit-limit')).toBeNull();
      expect(await seen(answer)).toMatchObject({ service: 'payment', body: '{"TransID": "X"' });
    }
  });
});

const POST = { method: 'POST', body: 'x' };

describe('when a service fails', () => {
  test.each([
    ['too slow', '/api/v1/invoices/slow', 504, 'invoice_timeout'],
    ['cut off', '/api/v1/invoices/broken', 502, 'invoice_failed'],
  ])('one that is %s is answered for', async (_what, path, status, code) => {
    const answer = await gateway.fetch(path, { token });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({ status, code });
  });

  test('its own answer goes through as it is, and it is not asked again', async () => {
    const answer = await gateway.fetch('/api/v1/invoices/shedding', { token });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ code: 'full' });
    expect(shed).toBe(1);
  });

  test('one that is down is 503 with Retry-After, for a read, a write and a callback; the others go on', async () => {
    await services.get('payment')?.app.close();
    const detail = 'the payment service is down; try again shortly';
    const problem = { code: 'payment_unreachable', detail };
    for (const [path, init, body] of [
      ['/api/v1/payments', { token }, problem],
      ['/api/v1/payment-requests', { token, method: 'POST', body: '{"amountCents":100}' }, problem],
      ['/callbacks/c1/0123456789abcdef/c2b/confirmation', POST, { ResultCode: 1, ResultDesc: detail }],
      ['/callbacks/c1/0123456789abcdef/stk/r1?x=/c2b/validation', POST, { ResultCode: 1, ResultDesc: detail }],
      ['/callbacks/c1/0123456789abcdef/c2b/validation', POST, { ResultCode: 'C2B00016', ResultDesc: detail }],
    ] as const) {
      const answer = await gateway.fetch(path, init);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await answer.json()).toMatchObject(body);
    }
    expect((await gateway.fetch('/api/v1/invoices', { token })).status).toBe(200);
    const ready = await gateway.fetch('/ready');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ ready: true, checks: { payment: false, invoice: true } });
  });
});

/** With headers and methods that fetch would not let through. */
const raw = (path: string, headers: Record<string, string>, method = 'GET'): Promise<Seen> =>
  new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${gateway.url}${path}`, { method, headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve(JSON.parse(text)));
    });
    outgoing.on('error', reject).end();
  });
