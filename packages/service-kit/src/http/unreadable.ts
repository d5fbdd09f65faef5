import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Base } from '../service.ts';
import { SpanKind } from '../tracing.ts';
import { problemHandler, UnreadableError } from './problem.ts';

/** What the router refuses before any route or hook is known, answered as a problem like everything else. */
export const answerUnroutable =
  (base: Base) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const { traceparent, span } = base.tracing.begin(`${request.method} unroutable`, { kind: SpanKind.SERVER });
    request.traceparent = traceparent;
    reply.header('x-request-id', request.id);
    problemHandler(error, request, reply);
    span?.end();
  };

/**
 * Bodies are JSON. What breaks that is told apart: bad syntax, a field that no object may have, another type. A provider's
 * callback may send text too.
 */
export function readBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    parse(request, String(body), (error, value) => {
      done(error && isJson(String(body)) ? new UnreadableError('field_forbidden') : error, value);
    });
  });
  app.addContentTypeParser('text/plain', { parseAs: 'string' }, (request, body, done) => {
    if (request.routeOptions.config.callback || request.is404) return done(null, body);
    done(new UnreadableError('media_type_unsupported'));
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
