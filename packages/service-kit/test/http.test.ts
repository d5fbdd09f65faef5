import { createSlice, tcpProxy, testKeys } from '@malipo/test-kit';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pause, type Running, startService } from '../src/index.ts';
import { counter } from './counter-service.ts';
import { forgetKeptHeaders } from './support.ts';

const slice = createSlice();
/** So long would a request wait that looked for a database before it was turned away. */
const DATABASE_PATIENCE_MS = 2_000;
const ORGANISATION = '01890000-0000-7000-8000-000000000001';
let keys: Awaited<ReturnType<typeof testKeys>>;
let proxy: Awaited<ReturnType<typeof tcpProxy>>;
let running: Running;

beforeAll(async () => {
  keys = await testKeys();
  proxy = await tcpProxy(Number(new URL(slice.mongoUrl).port));
  const mongoUrl = `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`;
  running = await startService(counter, {
    env: slice.env({ MALIPO_JWKS_URL: keys.jwksUrl, MALIPO_MONGO_URL: mongoUrl }),
  });
});
afterAll(async () => {
  proxy.restore();
  await running.stop();
  await Promise.all([keys.close(), proxy.close()]);
  await slice.drop();
});

const post = async (body: unknown, headers: Record<string, string> = {}, organisationId = ORGANISATION) =>
  running.app.inject({
    method: 'POST',
    url: '/api/v1/counts',
    headers: {
      authorization: `Bearer ${await keys.tokenFor({ organisationId })}`,
      'content-type': 'application/json',
      ...headers,
    },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('bad input', () => {
  test.each([
    ['a missing field', { name: 'x' }, 400, '#/total', 'is missing'],
    ['a wrong type', { name: 'x', total: '1' }, 400, '#/total', 'must be a number, not a string'],
    ['a fraction', { name: 'x', total: 1.5 }, 400, '#/total', 'must be a whole number'],
    ['an unknown field', { name: 'x', total: 1, extra: true }, 400, '#/extra', /no such field; there are name, total$/],
    ['an operator for text', { name: { $gt: '' }, total: 1 }, 400, '#/name', 'must be a string, not an object'],
    ['an empty text', { name: '', total: 1 }, 400, '#/name', 'must not be empty'],
    ['a negative number', { name: 'x', total: -1 }, 400, '#/total', 'must be at least 0'],
  ])('%s is a problem that names the field and the remedy', async (_, body, status, pointer, detail) => {
    const answer = await post(body);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const problem = answer.json();
    expect(problem).toMatchObject({
      status,
      code: expect.any(String),
      detail: expect.any(String),
      instance: answer.headers['x-request-id'],
    });
    expect(problem.errors).toEqual([{ pointer, detail: expect.stringMatching(detail) }]);
  });

  test.each([
    ['not JSON', '{', {}, 400, 'json_invalid', /syntax/],
    ['nothing, said to be JSON', '', {}, 400, 'body_empty', /leave Content-Type out/],
    ['__proto__', '{"__proto__":{"a":1},"name":"x","total":1}', {}, 400, 'field_forbidden', /__proto__/],
    ['plain text', '{"name":"x","total":1}', { 'content-type': 'text/plain' }, 415, 'media_type_unsupported', /\/json/],
    ['XML', '<x/>', { 'content-type': 'application/xml' }, 415, 'media_type_unsupported', /application\/json/],
    ['two megabytes', { name: 'x'.repeat(2_000_000) }, {}, 413, 'body_too_large', /1 MiB/],
  ])('%s has a code of our own and a remedy', async (_, body, headers, status, code, remedy) => {
    const answer = await post(body, headers as Record<string, string>);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status, code, detail: expect.stringMatching(remedy) });
    expect(answer.statusCode).toBe(status);
  });

  test.each([
    ['/api/v1/counts/%ff', 400, 'url_invalid'],
    [`/api/v1/counts/${'x'.repeat(300)}`, 414, 'url_too_long'],
  ])('%s, which no route can be found for, is a problem too', async (url, status, code) => {
    const answer = await running.app.inject(url);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status, code, instance: answer.headers['x-request-id'] });
    expect(answer.json().traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.body).not.toMatch(/fst|fastify/i);
  });

  test('a provider’s callback may be text', async () => {
    const headers = { 'content-type': 'text/plain' };
    const answer = await running.app.inject({ method: 'POST', url: '/callbacks/count', headers, payload: 'x' });
    expect(answer.statusCode).toBe(200);
  });

  test.each([
    ['GET', '/nowhere', 404, 'route_not_found', undefined],
    ['DELETE', '/api/v1/counts', 405, 'method_not_allowed', 'GET, HEAD, POST'],
    ['PUT', '/api/v1/counts/x?y=1', 405, 'method_not_allowed', 'GET, HEAD'],
    ['GET', '/api/v1/counts/x/', 404, 'route_not_found', undefined],
    ['GET', '/callbacks/count', 405, 'method_not_allowed', 'POST'],
    ['OPTIONS', '/api/v1/counts', 405, 'method_not_allowed', 'GET, HEAD, POST'],
    ['OPTIONS', '/callbacks/count', 405, 'method_not_allowed', 'POST'],
    ['TRACE', '/api/v1/counts', 405, 'method_not_allowed', 'GET, HEAD, POST'],
    ['PROPFIND', '/nowhere', 404, 'route_not_found', undefined],
    ['GET', '/api/v1/counts/bulk', 405, 'method_not_allowed', 'POST'],
    ['OPTIONS', '/nowhere', 404, 'route_not_found', undefined],
    ['OPTIONS', '*', 404, 'route_not_found', undefined],
  ] as const)('%s %s, which there is not, is %i', async (method, url, status, code, allow) => {
    const answer = await running.app.inject({ method, url });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect([answer.statusCode, answer.json().code, answer.headers['allow']]).toEqual([status, code, allow]);
  });
});

describe('a body for a route that takes none', () => {
  const post = (payload: object | string = '') =>
    running.app.inject({ method: 'POST', url: '/api/v1/sign-in', payload });

  test('is refused, and each of its fields named, instead of being left out in silence', async () => {
    const answer = await post({ dueDate: '2027-01-31', notes: 'please' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'validation_failed',
      errors: [
        { pointer: '#/dueDate', detail: expect.stringContaining('takes no body') },
        { pointer: '#/notes', detail: expect.stringContaining('takes no body') },
      ],
    });
    expect((await post(['x'])).json()).toMatchObject({ errors: [{ pointer: '#' }] });
  });

  test('may be empty, or an empty object', async () => {
    expect((await post()).json()).toMatchObject({ code: 'credentials_wrong' });
    expect((await post({})).json()).toMatchObject({ code: 'credentials_wrong' });
  });
});

describe('a query', () => {
  const get = async (url: string) =>
    running.app.inject({
      url,
      headers: { authorization: `Bearer ${await keys.tokenFor({ organisationId: ORGANISATION })}` },
    });

  test.each([
    ['an unknown parameter', '?customer_id=1', '#/query/customer_id', /limit, cursor/],
    ['an operator', '?limit[$gt]=', '#/query/limit[$gt]', /no such parameter/],
    ['an inherited name', '?__proto__=1', '#/query/__proto__', /no such parameter/],
    ['an empty value', '?cursor=', '#/query/cursor', /leave it out/],
    ['a value of which nothing shows', '?cursor=%E2%80%8B%00', '#/query/cursor', /leave it out/],
    ['a blank value', '?cursor=%20', '#/query/cursor', /leave it out/],
    ['a parameter given twice', '?limit=5&limit=6', '#/query/limit', /^given 2 times; give it once$/],
    ['a bad value', '?limit=x', '#/query/limit', /^must be a (whole )?number$/],
    ['digits of another kind', '?limit=0x10', '#/query/limit', /^must be a (whole )?number$/],
    ['a number that is written short', '?limit=2e1', '#/query/limit', /^must be a (whole )?number$/],
    ['a part', '?limit=2.5', '#/query/limit', /^must be a whole number$/],
    ['too small a value', '?limit=-1', '#/query/limit', /^must be at least 1$/],
    ['too large a value', '?limit=500', '#/query/limit', /^must be at most 200$/],
    ['too long a text', `?cursor=${'x'.repeat(501)}`, '#/query/cursor', /^must have at most 500 characters$/],
  ])('with %s is a problem that names it', async (_, query, pointer, detail) => {
    const answer = await get(`/api/v1/counts${query}`);
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'validation_failed']);
    expect(answer.json().errors).toEqual([{ pointer, detail: expect.stringMatching(detail) }]);
  });

  test('is refused by a route that declares none, and taken by a provider’s callback', async () => {
    const one = await get('/api/v1/counts/x?foo=1');
    expect([one.statusCode, one.json().errors]).toEqual([
      400,
      [{ pointer: '#/query/foo', detail: expect.stringMatching(/takes none/) }],
    ]);
    const called = await running.app.inject({ method: 'POST', url: '/callbacks/count?foo=1&bar=', payload: {} });
    expect(called.statusCode).toBe(200);
  });
});

test('ids in capitals, as some systems write them, are the same ids; other text keeps its case', async () => {
  const [id, by, among] = ['a', 'b', 'c'].map((end) => ORGANISATION.replace(/1$/, end));
  const upper = (text = '') => text.toUpperCase();
  const answer = await running.app.inject({
    url: `/api/v1/ids/${upper(id)}?by=${upper(by)}&among=${upper(among)}&text=ABC`,
    headers: { authorization: `Bearer ${await keys.tokenFor({ organisationId: ORGANISATION })}` },
  });
  expect(answer.json()).toEqual({ id, by, among, text: 'ABC' });
});

describe('who is asking', () => {
  const get = (token: string, scheme = 'Bearer') =>
    running.app.inject({ url: '/api/v1/counts', headers: { authorization: `${scheme} ${token}` } });

  test.each(['bearer', 'BEARER', 'Bearer '])('the scheme may be written %j', async (scheme) => {
    expect((await get(await keys.tokenFor({ organisationId: ORGANISATION }), scheme)).statusCode).toBe(200);
  });

  test.each(['Basic', 'Bearerx', ''])('the scheme %j is none of ours', async (scheme) => {
    const refused = await get(await keys.tokenFor({ organisationId: ORGANISATION }), scheme);
    expect([refused.statusCode, refused.json().code]).toEqual([401, 'token_missing']);
  });

  test('no token, a made-up one and one signed by somebody else are 401', async () => {
    const foreign = await new SignJWT({ org: ORGANISATION, roles: ['owner'] })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('x')
      .setIssuer('malipo')
      .setAudience('malipo')
      .setExpirationTime('1h')
      .sign(Buffer.from('guess'));
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${foreign.split('.')[1]}.`;
    const answers = await Promise.all([running.app.inject('/api/v1/counts'), get('abc'), get(foreign), get(none)]);
    expect(answers.map((answer) => answer.statusCode)).toEqual([401, 401, 401, 401]);
    for (const answer of answers) expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  test('a role that may not write is 403, the owner always may', async () => {
    const viewer = await keys.tokenFor({ organisationId: ORGANISATION, roles: ['viewer'] });
    const refused = await post({ name: 'by viewer', total: 1 }, { authorization: `Bearer ${viewer}` });
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'role_missing']);
  });
});

describe('Idempotency-Key', () => {
  test('the same key and body gets the stored answer; another body 422; another organisation is another key', async () => {
    const key = { 'idempotency-key': 'k1' };
    const first = await post({ name: 'once', total: 1 }, key);
    const again = await post({ name: 'once', total: 1 }, key);
    const other = await post({ name: 'twice', total: 1 }, key);
    const elsewhere = await post({ name: 'once', total: 1 }, key, '01890000-0000-7000-8000-000000000002');
    expect([first.statusCode, again.statusCode, other.statusCode, elsewhere.statusCode]).toEqual([201, 201, 422, 201]);
    expect(again.json()).toEqual(first.json());
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
    for (const { headers } of [first, again])
      expect([headers['etag'], headers['location']]).toEqual(['"1"', '/api/v1/counts/once']);
  });

  test('an answer that was kept without its headers is still replayed', async () => {
    const key = { 'idempotency-key': 'k5' };
    const first = await post({ name: 'older', total: 1 }, key);
    await forgetKeptHeaders(slice, 'k5');
    const again = await post({ name: 'older', total: 1 }, key);
    expect([again.statusCode, again.json()]).toEqual([201, first.json()]);
    expect([again.headers['etag'], again.headers['location']]).toEqual([undefined, undefined]);
  });

  test('a path with its id in capitals is the same path', async () => {
    const reset = async (id: string) =>
      running.app.inject({
        method: 'POST',
        url: `/api/v1/counts/${id}/reset`,
        payload: { name: 'x', total: 1 },
        headers: {
          authorization: `Bearer ${await keys.tokenFor({ organisationId: ORGANISATION })}`,
          'idempotency-key': 'k6',
        },
      });
    const id = ORGANISATION.replace(/1$/, 'a');
    const [first, again, other] = [await reset(id), await reset(id.toUpperCase()), await reset(ORGANISATION)];
    const replayed = [first, again, other].map(({ headers }) => headers['idempotency-replayed']);
    expect(replayed).toEqual([undefined, 'true', undefined]);
  });

  test('one that is still running is 409, with the time after which to ask again', async () => {
    const key = { 'idempotency-key': 'k4' };
    const reached = proxy.hold('held back');
    const first = post({ name: 'held back', total: 1 }, key);
    await reached;
    const { headers, ...meanwhile } = await post({ name: 'held back', total: 1 }, key);
    proxy.restore();
    expect([meanwhile.statusCode, meanwhile.json().code]).toEqual([409, 'idempotency_key_running']);
    expect(headers['retry-after']).toBe('1');
    expect((await first).statusCode).toBe(201);
  });

  test('a request that was refused may be mended and sent again with the same key', async () => {
    const key = { 'idempotency-key': 'k2' };
    const refused = await post({ name: '', total: 1 }, key);
    const mended = await post({ name: 'mended', total: 1 }, key);
    expect([refused.statusCode, mended.statusCode]).toEqual([400, 201]);
  });

  test('so it may be where the work itself refused, which is asked again each time', async () => {
    const key = { 'idempotency-key': 'k7' };
    for (const total of [2_000_000, 2_000_000]) {
      const { statusCode, headers } = await post({ name: 'mended later', total }, key);
      expect([statusCode, headers['idempotency-replayed']]).toEqual([422, undefined]);
    }
    expect((await post({ name: 'mended later', total: 1 }, key)).statusCode).toBe(201);
  });

  test('one that failed, nobody knows after what, is not done again', async () => {
    const key = { 'idempotency-key': 'k3' };
    await post({ name: 'there already', total: 1 });
    const failed = await post({ name: 'there already', total: 2 }, key);
    const again = await post({ name: 'there already', total: 2 }, key);
    expect([failed.statusCode, again.statusCode]).toEqual([500, 409]);
    expect(again.json()).toMatchObject({ code: 'idempotency_outcome_unknown', detail: expect.stringMatching(/look/) });
  });
});

test('lists page back and forth without losing or repeating a row', async () => {
  const organisationId = '01890000-0000-7000-8000-000000000003';
  for (let n = 0; n < 7; n++) await post({ name: `row ${n}`, total: n }, {}, organisationId);
  const authorization = `Bearer ${await keys.tokenFor({ organisationId })}`;
  const page = async (cursor = '') =>
    (
      await running.app.inject({
        url: `/api/v1/counts?limit=3${cursor && `&cursor=${cursor}`}`,
        headers: { authorization },
      })
    ).json();
  const first = await page();
  const second = await page(first.page.next);
  const third = await page(second.page.next);
  expect([first, second, third].flatMap((one) => one.data.map((row: { total: number }) => row.total))).toEqual([
    6, 5, 4, 3, 2, 1, 0,
  ]);
  expect([first.page.prev, third.page.next]).toEqual([null, null]);
  expect((await page(third.page.prev)).data).toEqual(second.data);
  const bad = await page('nonsense');
  expect([bad.status, bad.code]).toEqual([422, 'cursor_invalid']);
});

test('health, readiness and metrics are there for operations', async () => {
  await expect.poll(async () => (await running.app.inject('/ready')).statusCode).toBe(200);
  expect((await running.app.inject('/health')).json()).toEqual({ status: 'ok' });
  expect((await running.app.inject('/metrics')).body).toContain('malipo_http_request_seconds');
});

test('a process with too much work sheds the API with 503 and Retry-After, but not its probes', async () => {
  const afterARush = async () => {
    for (const ms of [1_100, 2_500]) {
      holdTheEventLoop(ms);
      await pause(1);
    }
    return post({ name: 'rushed', total: 1 });
  };
  let shed = await afterARush();
  while (shed.statusCode !== 503) shed = await afterARush();
  expect([shed.json().code, shed.headers['retry-after']]).toEqual(['overloaded', '2']);
  expect([shed.json().traceId, shed.headers['x-request-id']]).toEqual([expect.stringMatching(/./), expect.any(String)]);
  const probes = await Promise.all(['/health', '/ready', '/metrics'].map((path) => running.app.inject(path)));
  expect(probes.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
  await expect.poll(async () => (await post({ name: 'calm again', total: 1 })).statusCode).toBe(201);
}, 30_000);

/** Work that leaves no room for anything else, as a rush would. The first stretch ends a reading, the second is one. */
function holdTheEventLoop(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

test('with the database gone the API sheds at once with 503 and Retry-After, and comes back', async () => {
  proxy.cut();
  await expect.poll(async () => (await post({ name: 'down', total: 1 })).statusCode).toBe(503);
  const shed = await Promise.race([post({ name: 'down', total: 1 }), pause(DATABASE_PATIENCE_MS)]);
  expect([shed?.statusCode, shed?.headers['retry-after']]).toEqual([503, '2']);
  const readiness = await Promise.race([running.app.inject('/ready'), pause(DATABASE_PATIENCE_MS)]);
  expect([readiness?.statusCode, readiness?.json().checks.mongo]).toEqual([503, false]);
  proxy.restore();
  await expect.poll(async () => (await post({ name: 'up again', total: 1 })).statusCode).toBe(201);
}, 40_000);
