import type { FastifyInstance } from 'fastify';
import type { Base } from '../service.ts';
import { type Span, SpanKind } from '../tracing.ts';

declare module 'fastify' {
  interface FastifyRequest {
    span: Span | undefined;
  }
}

/** One span and one histogram sample per request, in two hooks and without auto-instrumentation. */
export function traceRequests(app: FastifyInstance, base: Base): void {
  const seconds = base.metrics.seconds(
    'malipo_http_request_seconds',
    'time from the request to the end of its answer',
    ['method', 'route', 'status'],
  );
  const series = new Map<string, { observe(value: number): void }>();
  /** Finding a series by its labels costs more than the sample. */
  const seriesOf = (method: string, route: string, status: number) => {
    const name = `${status} ${method} ${route}`;
    const known = series.get(name) ?? seconds.labels({ method, route, status });
    series.set(name, known);
    return known;
  };
  app.decorateRequest('span');
  app.addHook('onRequest', (request, reply, done) => {
    const incoming = request.headers.traceparent;
    const { traceparent, span } = base.tracing.begin(`${request.method} ${request.routeOptions.url ?? 'unknown'}`, {
      incoming: typeof incoming === 'string' ? incoming : undefined,
      kind: SpanKind.SERVER,
    });
    request.traceparent = traceparent;
    request.span = span;
    reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    seriesOf(request.method, request.routeOptions.url ?? 'unknown', reply.statusCode).observe(reply.elapsedTime / 1000);
    request.span?.setAttribute('http.response.status_code', reply.statusCode);
    request.span?.end();
    done();
  });
}
