import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, preParsingHookHandler } from 'fastify';
import type { Base } from '../service.ts';
import { SpanKind } from '../tracing.ts';
import { unreadable, unreadableCode } from './framework-errors.ts';
import { PROBLEM_TYPE, problemHandler, problemOf, UnreadableError } from './problem.ts';

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

/** What Node itself refuses, before there is a request: answered on the bare connection, which ends with it. */
export const answerUnparsable =
  (base: Base) =>
  (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const id = randomUUID();
    const { traceparent, span } = base.tracing.begin('unparsable', { kind: SpanKind.SERVER });
    const seen = unreadable(unreadableCode(error.code));
    const body = JSON.stringify(problemOf(seen, { id, traceparent }));
    const head = [
      `HTTP/1.1 ${seen.status} ${STATUS_CODES[seen.status]}`,
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${id}`,
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
    span?.end();
  };

/**
 * Bodies are JSON, in UTF-8 and as they are. What breaks that is told apart: bad syntax, lost letters, compression, a field
 * that no object may have, another type. A provider's callback may send text too.
 */
export function readBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  refuseCompressed(app);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (!isUtf8(body) && !request.routeOptions.config.callback) return done(new UnreadableError('body_not_utf8'));
    const text = body.toString();
    parse(request, text, (error, value) => {
      done(error && isJson(text) ? new UnreadableError('field_forbidden') : error, value);
    });
  });
  app.addContentTypeParser('text/plain', { parseAs: 'string' }, (request, body, done) => {
    if (request.routeOptions.config.callback || request.is404) return done(null, body);
    done(new UnreadableError('media_type_unsupported'));
  });
}

/** On all routes that come after, but for callbacks, which pay for nothing that they do not need. */
function refuseCompressed(app: FastifyInstance): void {
  const refuse: preParsingHookHandler = (request, reply, payload, done) => {
    const coding = request.headers['content-encoding'];
    if (!coding || coding.toLowerCase() === 'identity') return done(null, payload);
    reply.header('accept-encoding', 'identity'); // RFC 9110 §15.5.16
    done(new UnreadableError('content_coding_unsupported'));
  };
  app.addHook('onRoute', (route) => {
    if (!route.config?.callback) route.preParsing = [refuse, route.preParsing ?? []].flat();
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
