import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTracing, traceIdOf, traceparentOf } from './tracing.ts';

type Sent = { name: string; traceId: string; spanId: string; parentSpanId?: string };

let collector: Server;
let url: string;
let spans: Sent[];

beforeEach(async () => {
  spans = [];
  collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Sent[] }[] }[] };
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`;
});
afterEach(() => new Promise((resolve) => collector.close(resolve)));

it('a trace that begins here has a root without a parent, and everything else hangs on it', async () => {
  const tracing = createTracing('test', url, 1);
  const { traceparent, span } = tracing.begin('request');
  tracing.span('hop', traceparent)?.end();
  span?.end();
  await tracing.shutdown();
  const [hop, root] = [spans.find(({ name }) => name === 'hop'), spans.find(({ name }) => name === 'request')];
  expect(root?.parentSpanId ?? '').toBe('');
  expect(hop).toMatchObject({ traceId: root?.traceId, parentSpanId: root?.spanId });
  expect(traceIdOf(traceparent)).toBe(root?.traceId);
});

it('a trace that comes from outside is continued under the span that sent it', async () => {
  const tracing = createTracing('test', url, 0);
  const incoming = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
  const { traceparent, span } = tracing.begin('request', { incoming });
  expect(traceparent).toBe(span && traceparentOf(span));
  span?.end();
  await tracing.shutdown();
  expect(spans).toMatchObject([{ traceId: 'ab'.repeat(16), parentSpanId: 'cd'.repeat(8) }]);
});

it.each([
  ['one that is not sampled', true, 0, undefined],
  ['one that comes unsampled', true, 1, `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-00`],
  ['any where tracing is off', false, 1, undefined],
])('%s carries its id on, without a span', async (_what, isOn, ratio, incoming) => {
  const tracing = createTracing('test', isOn ? url : '', ratio);
  const { traceparent, span } = tracing.begin('request', { incoming });
  await tracing.shutdown();
  expect([span, spans]).toEqual([undefined, []]);
  expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  if (incoming) expect(traceparent).toBe(incoming);
});

it('what is no traceparent begins a trace', async () => {
  const tracing = createTracing('test', url, 1);
  const { traceparent, span } = tracing.begin('request', { incoming: '00-nothing' });
  expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  span?.end();
  await tracing.shutdown();
  expect(spans.map(({ parentSpanId = '' }) => parentSpanId)).toEqual(['']);
});
