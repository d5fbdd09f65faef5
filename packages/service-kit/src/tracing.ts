import { randomFillSync } from 'node:crypto';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

export type { Span } from '@opentelemetry/api';
export { SpanKind } from '@opentelemetry/api';

/**
 * W3C trace context by hand. The sampling decision is taken once, at the edge, before any object is made, and travels in
 * the `traceparent`; auto-instrumentation would cost half the throughput whatever the sampling.
 * @see docs/adr/0006-tracing-by-hand.md
 */
export type Tracing = {
  /** A trace's root at the edge, or a span under the caller's where a valid `traceparent` came in. End it yourself. */
  begin(name: string, options?: SpanOptions & { incoming?: string | undefined }): Begun;
  /** A span under `traceparent`; undefined where the trace is not sampled. End it yourself. */
  span(name: string, traceparent: string | null | undefined, options?: SpanOptions): Span | undefined;
  shutdown(): Promise<void>;
};

/** `traceparent` is what everything that follows carries, sampled or not; `span` is undefined where it is not. */
type Begun = { traceparent: string; span: Span | undefined };

type SpanOptions = { kind?: SpanKind; attributes?: Attributes; startTime?: number };

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The trace id inside a `traceparent`, for logs and problem answers. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);

export const isSampled = (traceparent: string | null | undefined): boolean => traceparent?.endsWith('-01') === true;

/** The `traceparent` that a span's children and outgoing messages carry. */
export function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags & TraceFlags.SAMPLED ? '01' : '00'}`;
}

/** Marks a span as failed and ends it. */
export function failSpan(span: Span | undefined, error: unknown): void {
  if (!span) return;
  span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
  span.end();
}

/** @param url OTLP/HTTP endpoint; empty means no spans at all, though trace ids still travel */
export function createTracing(service: string, url: string, ratio: number): Tracing {
  const provider = url
    ? new TracerProvider({
        resource: resourceFromAttributes({ 'service.name': service }),
        sampler: new AlwaysOnSampler(), // begin() has already decided
        spanProcessors: [
          new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }), scheduledDelayMillis: 1_000 }),
        ],
      })
    : undefined;
  const tracer = provider?.getTracer('malipo');
  const ids = randomIds();
  const start = (
    name: string,
    context: Context,
    { kind = SpanKind.INTERNAL, attributes = {}, startTime }: SpanOptions,
  ) => tracer?.startSpan(name, { kind, attributes, ...(startTime ? { startTime } : {}) }, context);
  const span: Tracing['span'] = (name, traceparent, options = {}) => {
    const parent = tracer && isSampled(traceparent) ? TRACEPARENT.exec(traceparent ?? '') : null;
    return parent ? start(name, under(parent), options) : undefined;
  };
  return {
    span,
    begin(name, { incoming, ...options } = {}) {
      const isContinued = incoming !== undefined && TRACEPARENT.test(incoming);
      const begun = isContinued
        ? span(name, incoming, options)
        : Math.random() < ratio
          ? start(name, ROOT_CONTEXT, options)
          : undefined;
      if (begun) return { traceparent: traceparentOf(begun), span: begun };
      return { traceparent: isContinued ? incoming : `00-${ids.next(16)}-${ids.next(8)}-00`, span: undefined };
    },
    async shutdown() {
      await provider?.shutdown().catch(() => undefined); // a collector that is down must not hold up the stop
    },
  };
}

const under = ([, traceId = '', spanId = '']: RegExpExecArray): Context =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });

/** Random hexadecimal ids from a pool: a system call per id would cost more than the rest of a request's tracing. */
function randomIds() {
  const pool = Buffer.allocUnsafe(8_192);
  let used = pool.length;
  return {
    next(bytes: number): string {
      if (used + bytes > pool.length) {
        randomFillSync(pool);
        used = 0;
      }
      used += bytes;
      return pool.toString('hex', used - bytes, used);
    },
  };
}
