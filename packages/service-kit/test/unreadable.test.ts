import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createSlice, testKeys } from '@malipo/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem, type Running, startService } from '../src/index.ts';
import { counter } from './counter-service.ts';

const slice = createSlice();
let keys: Awaited<ReturnType<typeof testKeys>>;
let running: Running;

beforeAll(async () => {
  keys = await testKeys();
  running = await startService(counter, { env: slice.env({ MALIPO_JWKS_URL: keys.jwksUrl }) });
});
afterAll(async () => {
  await running.stop();
  await keys.close();
  await slice.drop();
});

const post = async (url: string, payload: Buffer, headers: Record<string, string> = {}) =>
  running.app.inject({
    method: 'POST',
    url,
    headers: {
      authorization: `Bearer ${await keys.tokenFor({ organisationId: '01890000-0000-7000-8000-000000000001' })}`,
      'content-type': 'application/json',
      ...headers,
    },
    payload,
  });

/** What a server answers to these bytes before it hangs up. */
const sent = (text: string) =>
  new Promise<{ head: string; body: string }>((resolve, reject) => {
    const { port } = running.app.server.address() as { port: number };
    let answer = '';
    connect(port, '127.0.0.1')
      .on('data', (chunk) => {
        answer += chunk;
      })
      .on('error', reject)
      .on('close', () => {
        const [head = '', body = ''] = answer.split('\r\n\r\n');
        resolve({ head, body });
      })
      .end(text);
  });

const LATIN1 = Buffer.from('{"name":"José","total":1}', 'latin1');

test('a name in another encoding is refused, not stored with its letters lost', async () => {
  for (const type of ['application/json', 'application/json; charset=iso-8859-1']) {
    const answer = await post('/api/v1/counts', LATIN1, { 'content-type': type });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'body_not_utf8']);
    expect(answer.json().detail).toMatch(/UTF-8/);
  }
  expect((await post('/api/v1/counts', Buffer.from('\ufeff{"name":"José","total":1}'))).statusCode).toBe(201);
});

test('a compressed body is refused as such', async () => {
  const zipped = gzipSync('{"name":"zip","total":1}');
  const answer = await post('/api/v1/counts', zipped, { 'content-encoding': 'gzip' });
  expect([answer.statusCode, answer.json().code]).toEqual([415, 'content_coding_unsupported']);
  expect(answer.headers['accept-encoding']).toBe('identity');
  const plain = await post('/api/v1/counts', Buffer.from('{"name":"no zip","total":1}'), {
    'content-encoding': 'Identity',
  });
  expect(plain.statusCode).toBe(201);
});

test('a provider’s callback is taken in any encoding', async () => {
  expect((await post('/callbacks/count', LATIN1)).statusCode).toBe(200);
});

test.each([
  ['headers that are too long', `X: ${'x'.repeat(20_000)}`, 431, 'headers_too_large'],
  ['two lengths', 'Content-Length: 2\r\nContent-Length: 3', 400, 'request_unreadable'],
])('%s, which Node refuses by itself, are a problem too', async (_, line, status, code) => {
  const { head, body } = await sent(`POST /api/v1/counts HTTP/1.1\r\nHost: x\r\n${line}\r\n\r\n`);
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head).toMatch(/content-type: application\/problem\+json/i);
  expect(head).toMatch(/connection: close/i);
  const problem = Problem.parse(JSON.parse(body));
  expect(problem).toMatchObject({ status, code });
  expect(head).toContain(problem.instance);
});

test.each([
  ['two hosts', 'Host: a\r\nhOST: b\r\n'],
  ['two hosts that are the same', 'Host: a\r\nHost: a\r\n'],
  ['no host', ''],
])('%s are refused, since others may read the other one', async (_, lines) => {
  for (const asked of ['POST /api/v1/counts', 'POST /callbacks/count', 'GET /health', 'GET /nowhere']) {
    const { head, body } = await sent(`${asked} HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`);
    expect([asked, head.split('\r\n')[0]]).toEqual([asked, 'HTTP/1.1 400 Bad Request']);
    expect(Problem.parse(JSON.parse(body))).toMatchObject({ code: 'host_unclear' });
  }
});

test('the whole address as the target is the path in it, as behind a client that takes us for a proxy', async () => {
  const said = (target: string) => sent(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  for (const target of ['http://a/health', 'HTTP://b:81/health?', '/health'])
    expect([target, (await said(target)).head.split('\r\n')[0]]).toEqual([target, 'HTTP/1.1 200 OK']);
  for (const target of ['http://a', 'http://a/nowhere', 'ftp://a/health', 'http://[/health'])
    expect([target, Problem.parse(JSON.parse((await said(target)).body)).status]).toEqual([target, expect.any(Number)]);
  const { head, body } = await said('http://a/api/v1/counts/%ff');
  expect([head.split('\r\n')[0], JSON.parse(body).code]).toEqual(['HTTP/1.1 400 Bad Request', 'url_invalid']);
});

test.each([
  ['Expect: tea', 417, 'expectation_unknown'],
  ['Transfer-Encoding: gzip, chunked', 400, 'transfer_coding_unsupported'],
])('%s is refused in words, but for a callback', async (line, status, code) => {
  const chunk = line.startsWith('Transfer') ? '2\r\n{}\r\n0\r\n\r\n' : '{}';
  const lines = ['Host: a', line, 'Content-Type: application/json', 'Connection: close'];
  if (chunk === '{}') lines.push('Content-Length: 2');
  const said = async (route: string) => sent(`POST ${route} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${chunk}`);
  const { head, body } = await said('/api/v1/counts');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(Problem.parse(JSON.parse(body))).toMatchObject({ status, code });
  expect((await said('/callbacks/count')).head).toMatch(/^HTTP\/1.1 200 /);
});

test('a request that expects 100-continue is told to go on, and answered', async () => {
  const line = 'Host: a\r\nExpect: 100-Continue\r\nConnection: close';
  const { head, body } = await sent(`GET /health HTTP/1.1\r\n${line}\r\n\r\n`);
  expect(head + body).toMatch(/^HTTP\/1.1 100 Continue[\s\S]*HTTP\/1.1 200 /);
});

test('a request of HTTP/1.0 needs no host', async () => {
  expect((await sent('GET /health HTTP/1.0\r\n\r\n')).head).toMatch(/^HTTP\/1.1 200 /);
});
