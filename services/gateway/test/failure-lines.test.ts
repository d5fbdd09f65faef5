import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '@malipo/test-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gateway, startGateway, startUpstream } from './support.ts';

let folder: string;
let invoice: Awaited<ReturnType<typeof startUpstream>>;
let gateway: Gateway;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'malipo-log-'));
  invoice = await startUpstream('invoice', (app) => {
    app.get('/api/v1/invoices/slow', () => new Promise(() => undefined));
    app.get('/api/v1/invoices/broken', async (request) => void request.raw.socket.destroy());
  });
  gateway = await startGateway({
    urls: { invoice: invoice.url },
    env: { MALIPO_UPSTREAM_TIMEOUT_MS: '500', MALIPO_LOG_LEVEL: 'info', MALIPO_LOG_FILE: path.join(folder, 'log') },
  });
});
afterAll(async () => {
  await gateway.stop();
  await invoice.app.close();
  await rm(folder, { recursive: true, force: true });
});

type Line = { level: string; msg: string; traceId?: string };

/** What the gateway complained of. */
const complaints = async (count: number): Promise<Line[]> =>
  (await readFile(path.join(folder, 'log'), 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
    .filter(({ level }) => level !== 'info')
    .slice(count);

test.each([
  ['down', '/api/v1/payments', 'payment', 'payment_unreachable', 'ECONNREFUSED'],
  ['too slow', '/api/v1/invoices/slow', 'invoice', 'invoice_timeout', 'HTTP_REQUEST_TIMEOUT'],
  ['cut off', '/api/v1/invoices/broken', 'invoice', 'invoice_failed', 'ECONNRESET'],
])(
  'a service that is %s is one line of the log, with its name, the trace and why',
  async (_, url, upstream, code, reason) => {
    const before = (await complaints(0)).length;
    const answer = await gateway.fetch(url, { token: await gateway.tokenFor() });
    const { traceId, instance } = (await answer.json()) as { traceId: string; instance: string };
    const last = await gateway.fetch('/api/v1/ledger', { token: await gateway.tokenFor() }); // its line comes after
    const { traceId: lastTrace } = (await last.json()) as { traceId: string };
    await eventually(async () => (await complaints(before)).at(-1)?.traceId).toBe(lastTrace);
    const said = (await complaints(before)).slice(0, -1);
    const about = {
      level: 'warn',
      msg: 'a service failed a request',
      upstream,
      code,
      traceId,
      requestId: instance,
      url,
    };
    expect(said).toMatchObject([{ ...about, reason: expect.stringContaining(reason) }]);
    expect(JSON.stringify(said)).not.toContain('stack');
  },
);
