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
    seconds.observe(
      { method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
    request.span?.setAttribute('http.response.status_code', reply.statusCode);
    request.span?.end();
    done();
  });
}
