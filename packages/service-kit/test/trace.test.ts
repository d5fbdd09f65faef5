import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { createSlice, createTestPublisher, testKeys } from '@malipo/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { Added, counter } from './counter-service.ts';
import { startService } from './support.ts';

type Exported = {
  resourceSpans: { scopeSpans: { spans: { traceId: string; name: string; status: { code: number } }[] }[] }[];
};
const OK = 0;
const ERROR = 2;

/** What a collector is sent: the status of each span, by trace. */
async function collector() {
  const statuses = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const { resourceSpans } = (await json(request)) as Exported;
    for (const span of resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)))
      statuses.set(span.traceId, span.status.code);
    response.end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return { statuses, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces` };
}

test('the span of a message that is parked has failed, and that of its neighbour has not', async () => {
  const slice = createSlice();
  const [keys, { statuses, url }] = await Promise.all([testKeys(), collector()]);
  const running = await startService(counter, {
    env: slice.env({ MALIPO_JWKS_URL: keys.jwksUrl, MALIPO_TRACE_URL: url }),
  });
  const publisher = await createTestPublisher(slice);
  const sampled = (name: string, traceId: string) =>
    Added.create(
      { name, by: 1 },
      {
        organisationId: '01890000-0000-7000-8000-000000000001',
        subject: { id: name, version: 1 },
        at: new Date(),
        cause: { correlationId: name, causationId: null, traceparent: `00-${traceId}-${'1'.repeat(16)}-01` },
      },
    );
  const [failed, fine] = ['a'.repeat(32), 'b'.repeat(32)];
  await publisher.publish(sampled('poison', failed), sampled('beside', fine));
  await expect.poll(() => [statuses.get(failed), statuses.get(fine)]).toEqual([ERROR, OK]);
  await Promise.all([running.stop(), publisher.close(), keys.close()]);
  await slice.drop();
}, 30_000);
