import { createSlice, testKeys } from '@malipo/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, startService } from '../src/index.ts';
import { counter } from './counter-service.ts';

type Response = { description: string; content?: Record<string, { schema: unknown }>; headers?: unknown };
type Operation = {
  operationId: string;
  security?: unknown[];
  responses: Record<string, Response>;
  parameters?: { in: string; name: string; required?: boolean; schema?: unknown }[];
  requestBody?: { required?: boolean; content?: Record<string, unknown> };
};
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, unknown> } };

const slice = createSlice();
let keys: Awaited<ReturnType<typeof testKeys>>;
let running: Running;
let document: Document;

beforeAll(async () => {
  keys = await testKeys();
  running = await startService(counter, { env: slice.env({ MALIPO_JWKS_URL: keys.jwksUrl }) });
  document = (await running.app.inject('/openapi.json')).json();
});
afterAll(async () => {
  await running.stop();
  await keys.close();
  await slice.drop();
});

const at = (path: string, method: string): Operation => {
  const found = document.paths[path]?.[method];
  if (!found) throw new Error(`no ${method} ${path}`);
  return found;
};
const statuses = (path: string, method: string) => Object.keys(at(path, method).responses);

test('every route says which errors it answers, as problems', () => {
  const all = Object.values(document.paths).flatMap((item) => Object.values(item));
  expect(all.length).toBeGreaterThan(4);
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  for (const { responses } of all) {
    const errors = Object.entries(responses).filter(([status]) => !status.startsWith('2'));
    expect(errors.map(([status]) => status)).toEqual(expect.arrayContaining(['429', '503', 'default']));
    for (const [, response] of errors) expect(response.content).toEqual(problem);
    expect(Object.keys(responses).length).toBeGreaterThan(errors.length);
  }
  expect(document.components.schemas).toHaveProperty('Problem');
});

test('only those errors that a route can have are told', () => {
  const list = ['200', '400', '401', '422', '429', '503', 'default'];
  expect(statuses('/api/v1/counts', 'get')).toEqual(list);
  expect(statuses('/api/v1/counts', 'post')).toEqual(
    ['201', '400', '401', '403', '409', '413', '415', '422', '429', '503', 'default'], //
  );
  expect(statuses('/api/v1/counts/{name}', 'get')).toContain('404');
});

test('a route that honours If-Match says so, beside Idempotency-Key, and that it may be stale', () => {
  const { parameters } = at('/api/v1/counts/{name}/reset', 'post');
  const headers = parameters?.filter((one) => one.in === 'header');
  expect(headers?.map(({ name, required }) => [name, required ?? false])).toEqual([
    ['if-match', false],
    ['Idempotency-Key', false],
  ]);
  expect(statuses('/api/v1/counts/{name}/reset', 'post')).toContain('412');
  expect(statuses('/api/v1/counts', 'post')).not.toContain('412');
});

test('a route that honours If-Match, and one that says so of itself, tells of the ETag it answers with', () => {
  const headersOf = (path: string, method: string) => at(path, method).responses['200']?.headers;
  const told = { ETag: { schema: { type: 'string' }, description: expect.stringContaining('If-Match') } };
  expect(headersOf('/api/v1/counts/{name}/reset', 'post')).toMatchObject(told);
  expect(headersOf('/api/v1/counts/{name}', 'get')).toMatchObject(told);
  expect(headersOf('/api/v1/counts', 'get')).toBeUndefined();
});

test('errors tell of the header that says when to go on, and of the one that says how to sign in', () => {
  const { responses } = at('/api/v1/counts', 'post');
  const seconds = { 'Retry-After': { schema: { type: 'integer' }, description: expect.stringContaining('seconds') } };
  expect(responses['429']?.headers).toMatchObject(seconds);
  expect(responses['503']?.headers).toMatchObject(seconds);
  expect(responses['401']?.headers).toMatchObject({ 'WWW-Authenticate': { schema: { type: 'string' } } });
  expect(responses['400']?.headers).toBeUndefined();
});

test('a route that honours Idempotency-Key tells by which header an answer is known as given before', () => {
  const made = at('/api/v1/counts', 'post').responses['201'];
  expect(made?.headers).toMatchObject({ 'Idempotency-Replayed': { schema: { type: 'string', const: 'true' } } });
  expect(at('/api/v1/echo', 'post').responses['200']?.headers ?? {}).not.toHaveProperty('Idempotency-Replayed');
});

test('a route that honours Idempotency-Key tells when to ask again where the first request still runs', () => {
  expect(at('/api/v1/counts', 'post').responses['409']?.headers).toMatchObject({
    'Retry-After': { schema: { type: 'integer' }, description: expect.stringContaining('Idempotency-Key') },
  });
});

test('a route that names other things in its body may find none of them', () => {
  expect(statuses('/api/v1/counts', 'post')).not.toContain('404');
  expect(statuses('/api/v1/echo', 'post')).toContain('404');
});

test('what went well is described by its status, and what was made says where it is', () => {
  const made = at('/api/v1/counts', 'post').responses['201'];
  expect(made).toMatchObject({ description: 'Made', headers: { Location: { schema: { type: 'string' } } } });
  const read = at('/api/v1/counts/{name}', 'get').responses['200'];
  expect(read).toMatchObject({ description: 'Done', headers: { ETag: {} } });
  expect(read?.headers).not.toHaveProperty('Location');
  expect(read?.content).toEqual({ 'application/json': { schema: { $ref: '#/components/schemas/Count' } } });
  const all = Object.values(document.paths).flatMap((item) => Object.values(item));
  expect(JSON.stringify(all)).not.toContain('Default Response');
});

test('a public route has a 401 only where it takes credentials', () => {
  expect(statuses('/api/v1/sign-in', 'post')).toContain('401');
  expect(statuses('/callbacks/count', 'post')).not.toContain('401');
});

test('what refuses by a rule or by the state names its codes, those of the kit too', () => {
  const { responses } = at('/api/v1/counts', 'post');
  expect(responses['409']?.description).toMatch(
    /`race_lost`, `idempotency_key_running`, `idempotency_outcome_unknown`$/,
  );
  expect(responses['422']?.description).toMatch(
    /`total_too_large`, `idempotency_key_invalid`, `idempotency_key_reused`$/,
  );
  expect(at('/api/v1/counts', 'get').responses['422']?.description).toMatch(/is `cursor_invalid`$/);
  expect(at('/api/v1/counts/{name}/reset', 'post').responses['422']?.description).toContain('`if_match_invalid`');
  expect(statuses('/api/v1/ids/{id}', 'get')).not.toContain('422');
});

test('every route has a name of its own for generators, and says whether it wants a token', () => {
  const all = Object.values(document.paths).flatMap((item) => Object.values(item));
  expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(all.length);
  expect(at('/api/v1/counts/{name}/reset', 'post').operationId).toBe('postCountReset');
  expect(at('/api/v1/sign-in', 'post').security).toEqual([]);
  expect(at('/api/v1/counts', 'post').security).toEqual([{ bearer: [] }]);
});

test('ids are told as UUIDs', () => {
  const schemas = at('/api/v1/ids/{id}', 'get').parameters?.map(({ name, schema }) => [name, JSON.stringify(schema)]);
  for (const name of ['id', 'by', 'among'])
    expect(Object.fromEntries(schemas ?? [])[name]).toContain('"format":"uuid"');
});

test('Idempotency-Key is a header of the routes that honour it', () => {
  const header = (path: string) => at(path, 'post').parameters?.find((one) => one.in === 'header');
  expect(header('/api/v1/counts')).toMatchObject({ name: 'Idempotency-Key', schema: { type: 'string' } });
  expect(header('/api/v1/counts')?.required).not.toBe(true);
  expect(header('/api/v1/echo')).toBeUndefined();
});

test('a body’s example stands beside it, also where a field is turned into something else', () => {
  const { content } = at('/api/v1/counts', 'post').requestBody ?? {};
  expect(content?.['application/json']).toMatchObject({ example: { name: 'apples', total: 3 } });
});

test('a body that may be left out is not required', () => {
  expect(at('/api/v1/counts/{name}/reset', 'post').requestBody?.required).toBe(false);
  expect(at('/api/v1/counts', 'post').requestBody?.required).toBe(true);
});

test('nor is a body that may be empty, but for one that says it may not', () => {
  expect(at('/api/v1/options', 'post').requestBody?.required).toBe(false);
  expect(at('/api/v1/options/some', 'post').requestBody?.required).toBe(true);
  expect(at('/api/v1/options', 'patch').requestBody?.required).toBe(true);
});

test('a text of a query is told not to be blank; what has a form of its own keeps it', () => {
  const schemaOf = (path: string, name: string) => at(path, 'get').parameters?.find((one) => one.name === name)?.schema;
  expect(schemaOf('/api/v1/counts', 'cursor')).toMatchObject({ maxLength: 500, pattern: '\\S' });
  expect(schemaOf('/api/v1/ids/{id}', 'text')).toEqual({ type: 'string', pattern: '\\S' });
  expect(schemaOf('/api/v1/ids/{id}', 'by')).toMatchObject({
    format: 'uuid',
    pattern: expect.stringContaining('[0-9a-fA-F]'),
  });
  expect(schemaOf('/api/v1/counts', 'limit')).not.toHaveProperty('pattern');
});
