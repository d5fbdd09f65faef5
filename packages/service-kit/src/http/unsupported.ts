import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { UnreadableError } from './problem.ts';

/**
 * What a request asks of us that no server of ours does: an expectation other than `100-continue`, which Node would refuse
 * without a word, and a transfer coding other than `chunked`, which it would leave undone. Callbacks are taken all the same.
 * A coding would be 501 by the RFC: who may call us at all could then ring our alarms, which count such answers.
 * @see RFC 9110 §10.1.1, RFC 9112 §6.1
 */
export function refuseUnsupported(app: FastifyInstance): void {
  app.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    app.server.emit('request', request, response),
  );
  app.addHook('onRequest', ({ raw, routeOptions }, _reply, done) => {
    const code = routeOptions.config.callback ? undefined : unsupportedIn(raw.headers);
    done(code && new UnreadableError(code));
  });
}

function unsupportedIn({ expect, 'transfer-encoding': coding }: IncomingHttpHeaders) {
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') return 'expectation_unknown';
  return coding !== undefined && coding.toLowerCase() !== 'chunked' ? 'transfer_coding_unsupported' : undefined;
}
