import { tcpProxy } from '@malipo/test-kit';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Gateway, startGateway, startUpstream } from './support.ts';

let gateway: Gateway;
let redis: Awaited<ReturnType<typeof tcpProxy>>;
const upstream = await startUpstream('identity');

beforeAll(async () => {
  redis = await tcpProxy(Number(new URL(inject('stack').redisUrl).port));
  gateway = await startGateway({
    urls: { identity: upstream.url, payment: upstream.url },
    env: {
      MALIPO_RATE_LIMIT: '5',
      MALIPO_ANONYMOUS_RATE_LIMIT: '8',
      MALIPO_AUTH_RATE_LIMIT: '3',
      MALIPO_TRUST_PROXY: '127.0.0.1',
      MALIPO_REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await redis.close();
  await upstream.app.close();
});

const times = async (count: number, send: (index: number) => Promise<Response>) => {
  const answers: Response[] = [];
  for (let index = 0; index < count; index++) answers.push(await send(index));
  return answers;
};

describe('rate limits', () => {
  test('count per organisation over all routes, and say where one stands', async () => {
    const [ours, theirs] = [await gateway.tokenFor(), await gateway.tokenFor()];
    const paths = ['/api/v1/users', '/api/v1/organisation', '/api/v1/auth/me'];
    const answers = await times(7, (index) => gateway.fetch(paths[index % 3] ?? '', { token: ours }));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const [first, refused] = [answers[0], answers[6]];
    expect(first?.headers.get('ratelimit-limit')).toBe('5');
    expect(first?.headers.get('ratelimit-remaining')).toBe('4');
    expect(first?.headers.get('ratelimit-policy')).toBe('"default";q=5;w=60');
    expect(first?.headers.get('ratelimit')).toMatch(/^"default";r=4;t=\d+$/);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused?.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect((await gateway.fetch('/api/v1/users', { token: theirs })).status).toBe(200);
  });

  test('are stricter where passwords are tried', async () => {
    const answers = await times(4, () => gateway.fetch('/api/v1/auth/login', { method: 'POST', body: '{}' }));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429]);
    expect((await gateway.fetch('/.well-known/jwks.json')).status).toBe(200);
  });

  type Init = { method?: string; headers?: Record<string, string> };
  test.each<[string, string, number, string, Init]>([
    ['no token', '192.0.2.1', 401, '/api/v1/users', {}],
    ['a made-up token', '192.0.2.2', 401, '/api/v1/users', { headers: { authorization: 'Bearer x' } }],
    ['an unknown path', '192.0.2.3', 404, '/api/v1/nowhere', {}],
    ['a wrong method', '192.0.2.4', 405, '/api/openapi.json', { method: 'DELETE' }],
  ])('count by sender who comes with %s, and keep nobody out who is signed in', async (_, ip, status, path, init) => {
    const from = { 'x-forwarded-for': ip };
    const token = await gateway.tokenFor();
    const signedIn = () => gateway.fetch('/api/v1/users', { token, headers: from });
    await times(2, signedIn);
    const answers = await times(10, () => gateway.fetch(path, { ...init, headers: { ...from, ...init.headers } }));
    expect(answers.map((answer) => answer.status)).toEqual([...Array(8).fill(status), 429, 429]);
    expect(answers[0]?.headers.get('ratelimit')).toMatch(/^"default";r=7;/);
    expect(Number(answers[9]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answers[9]?.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect((await signedIn()).headers.get('ratelimit-remaining')).toBe('2');
    const called = await times(10, () => gateway.fetch('/callbacks/mpesa/x', { method: 'POST', headers: from }));
    expect(called.map((answer) => answer.status)).toEqual(Array(10).fill(200));
  });

  test('take all addresses of one IPv6 network for one sender', async () => {
    const from = (index: number) => ({ headers: { 'x-forwarded-for': `2001:db8:1:2::${index.toString(16)}` } });
    const answers = await times(9, (index) => gateway.fetch('/api/v1/users', from(index)));
    expect(answers.map((answer) => answer.status)).toEqual([...Array(8).fill(401), 429]);
    const other = { headers: { 'x-forwarded-for': '2001:db8:1:3::1' } };
    expect((await gateway.fetch('/api/v1/users', other)).status).toBe(401);
  });

  test('do not watch over the machinery', async () => {
    const answers = await times(10, () => gateway.fetch('/health'));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
  });

  test('let everything through without Redis', async () => {
    redis.cut();
    const token = await gateway.tokenFor();
    const answers = await times(8, () => gateway.fetch('/api/v1/users', { token }));
    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(200));
    const refused = await times(10, () => gateway.fetch('/api/v1/users'));
    expect(refused.map((answer) => answer.status)).toEqual(Array(10).fill(401));
    redis.restore();
    await expect.poll(async () => (await gateway.fetch('/api/v1/users', { token })).status).toBe(429);
  });
});
