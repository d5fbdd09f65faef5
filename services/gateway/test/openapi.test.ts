import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createPlatformDocument } from '../src/openapi/platform-document.ts';
import { type Upstream, upstreams } from '../src/routes.ts';
import { type Gateway, startGateway, startUpstream } from './support.ts';

const document = (path: string, row: string) => ({
  openapi: '3.1.0',
  paths: {
    [path]: { get: { tags: ['x'], responses: { 200: { description: row, $ref: '#/components/schemas/Row' } } } },
    '/internal/secret': { get: {} },
  },
  components: { schemas: { Row: { type: row } } },
});

let invoiceIsUp = false;
const identity = await startUpstream('identity', (app) => {
  app.get('/openapi.json', async () => document('/api/v1/users', 'string'));
});
const invoice = await startUpstream('invoice', (app) => {
  app.get('/openapi.json', async (_request, reply) =>
    invoiceIsUp ? document('/api/v1/invoices', 'number') : reply.status(500).send({}),
  );
});
let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ urls: { identity: identity.url, invoice: invoice.url } });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([identity.app.close(), invoice.app.close()]);
});

/** As far as an outsider looks into it. */
const Document = z.looseObject({
  info: z.looseObject({ description: z.string() }),
  paths: z.record(z.string(), z.looseObject({ get: z.unknown() })),
  servers: z.array(z.object({ url: z.string() })),
  components: z.object({
    schemas: z.record(z.string(), z.unknown()),
    headers: z.record(z.string(), z.unknown()),
    securitySchemes: z.looseObject({ bearer: z.unknown() }),
  }),
  'x-unavailable': z.array(z.string()),
});
const platform = async () => Document.parse(await (await gateway.fetch('/api/openapi.json')).json());

describe('the platform document', () => {
  test('holds what each service that is up says of its public paths, and the gateway’s own', async () => {
    const merged = await platform();
    expect(Object.keys(merged.paths)).toEqual(['/api/v1/events/stream', '/api/v1/users']);
    expect(merged.info.description).toMatch(/Bearer.*cents.*page\.next.*Idempotency-Key.*ETag.*Retry-After/s);
    expect(merged.servers).toEqual([{ url: '/' }]);
    expect(merged['x-unavailable']).toContain('invoice');
    expect(merged.components.securitySchemes.bearer).toBeDefined();
  });

  test('tells of the limits with every answer', async () => {
    const merged = await platform();
    const headers = { RateLimit: { $ref: '#/components/headers/RateLimit' }, 'RateLimit-Policy': {} };
    expect(merged.paths['/api/v1/users']?.get).toMatchObject({ responses: { 200: { headers } } });
    expect(merged.paths['/api/v1/events/stream']?.get).toMatchObject({
      responses: { 200: { headers }, 429: { headers } },
    });
    expect(merged.components.headers).toMatchObject({ RateLimit: { schema: { type: 'string' } } });
  });

  test('tells of the event stream its type, its message and the header that goes on after the last one', async () => {
    const merged = await platform();
    expect(merged.paths['/api/v1/events/stream']?.get).toMatchObject({
      parameters: [{ in: 'header', name: 'last-event-id', required: false, schema: { type: 'string' } }],
      responses: {
        200: { content: { 'text/event-stream': { schema: { $ref: '#/components/schemas/LiveMessage' } } } },
        429: { description: expect.stringContaining('Retry-After') },
      },
    });
    expect(merged.components.schemas['LiveMessage']).toMatchObject({ properties: { id: { format: 'uuid' } } });
  });

  test('takes in a service that comes back, and keeps clashing names apart', async () => {
    invoiceIsUp = true;
    await expect.poll(async () => Object.keys((await platform()).paths)).toContain('/api/v1/invoices');
    const merged = await platform();
    expect(merged.components.schemas).toMatchObject({ Row: { type: 'string' }, InvoiceRow: { type: 'number' } });
    expect(merged.paths['/api/v1/invoices']?.get).toMatchObject({
      responses: { 200: { $ref: '#/components/schemas/InvoiceRow' } },
    });
    expect(merged['x-unavailable']).not.toContain('invoice');
  });

  test('leaves out no service for whoever reads while another reader’s question to it is open', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const payment = await startUpstream('payment', (app) => {
      app.get('/openapi.json', async () => {
        asked.resolve();
        await answer.promise;
        return document('/api/v1/payments', 'string');
      });
    });
    const other = await startGateway({ urls: { payment: payment.url } });
    const pathsNow = async () =>
      Object.keys(Document.parse(await (await other.fetch('/api/openapi.json')).json()).paths);
    const readers = [pathsNow(), asked.promise.then(pathsNow)];
    await asked.promise;
    for (let looks = 0; looks < 5; looks++) await other.fetch('/health'); // by then the second reader has come
    answer.resolve();
    for (const paths of await Promise.all(readers)) expect(paths).toContain('/api/v1/payments');
    await other.stop();
    await payment.app.close();
  });

  test('is not made again for each reader, who needs no account for it', async () => {
    const nobody = Object.fromEntries(upstreams.map((name) => [name, 'http://127.0.0.1:9']));
    let times = 0;
    const made = createPlatformDocument({ ...nobody, identity: identity.url } as Record<Upstream, string>, () => {
      times++;
      return {};
    });
    for (let reader = 0; reader < 5; reader++) expect(String(await made.get())).toContain('/api/v1/users');
    expect(times).toBe(1);
    made.close();
  });

  test('keeps what a service said when it goes away', async () => {
    await identity.app.close();
    expect(Object.keys((await platform()).paths)).toContain('/api/v1/users');
  });
});

describe('the page at /api/docs', () => {
  test('loads all its parts from here, under a policy that allows nothing else', async () => {
    const page = await gateway.fetch('/api/docs');
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'/);
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    expect(parts.length).toBeGreaterThan(4);
    for (const path of parts) {
      expect(path).toMatch(/^\/api\/docs\/static\//);
      expect((await gateway.fetch(path)).status).toBe(200);
    }
    expect(html).not.toMatch(/https?:\/\/|<script>/);
    const json = await gateway.fetch('/api/docs/json');
    expect([json.status, json.headers.get('location')]).toEqual([302, '/api/openapi.json']);
  });
});
