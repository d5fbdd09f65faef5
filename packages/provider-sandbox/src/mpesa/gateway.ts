import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type FaultAnswer, type FaultKind, installFaults } from '../faults.ts';
import { c2bRoutes } from './c2b.ts';
import type { MpesaContext } from './context.ts';
import { DarajaError, errorEnvelope } from './errors.ts';
import { oauthRoutes } from './oauth.ts';
import { pullRoutes } from './pull.ts';
import { reversalRoutes } from './reversal.ts';
import { statusRoutes } from './status.ts';
import { stkRoutes } from './stk.ts';

const FAULTS: Partial<Record<FaultKind, [status: number, errorCode: string, message: string]>> = {
  invalid_token: [404, '404.001.03', 'Invalid Access Token'],
  spike_arrest: [
    500,
    '500.003.02',
    'Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=1, periodInMicroseconds=1000000}',
  ],
  quota: [500, '500.003.03', 'Quota Violation'],
  system_busy: [500, '500.003.02', 'System is busy. Please try again in few minutes.'],
  maintenance: [500, '500.002.1001', 'Service is currently under maintenance'],
  internal: [500, '500.003.1001', 'Internal Server Error'],
};
const SPIKE_WINDOW_MS = 1_000;

/** Daraja's front door: its faults, its error envelope, its routes. */
export function mpesaPlugin(ctx: MpesaContext) {
  return async (app: FastifyInstance): Promise<void> => {
    // A body of another content type is not read, as at Daraja: its first field then counts as missing.
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => done(null, undefined));
    installFaults(app, ctx.faults, ctx.background, (kind) => render(ctx, kind));
    installSpikeArrest(app, ctx);
    app.setErrorHandler((error, _request, reply) => answerError(ctx, error, reply));
    for (const routes of [oauthRoutes, stkRoutes, c2bRoutes, statusRoutes, reversalRoutes, pullRoutes])
      routes(app, ctx);
  };
}

function render(ctx: MpesaContext, kind: FaultKind): FaultAnswer {
  const [status, errorCode, message] = FAULTS[kind] ?? [500, '500.003.1001', 'Internal Server Error'];
  const body = JSON.stringify(errorEnvelope(ctx.requestId(), errorCode, message));
  return { status, contentType: 'application/json', body };
}

/** The real thing, beside the on-demand fault: too many requests within one second. */
function installSpikeArrest(app: FastifyInstance, ctx: MpesaContext): void {
  const { requestsPerSecond } = ctx.settings.strict;
  if (requestsPerSecond <= 0) return;
  let windowStart = 0;
  let count = 0;
  app.addHook('onRequest', async (_request, reply) => {
    const time = ctx.settings.now().getTime();
    if (time - windowStart >= SPIKE_WINDOW_MS) [windowStart, count] = [time, 0];
    count += 1;
    if (count <= requestsPerSecond) return;
    const { status, contentType, body } = render(ctx, 'spike_arrest');
    return reply.code(status).type(contentType).send(body);
  });
}

function answerError(ctx: MpesaContext, error: unknown, reply: FastifyReply): FastifyReply {
  if (error instanceof DarajaError)
    return reply
      .code(error.status)
      .send(errorEnvelope(error.requestId ?? ctx.requestId(), error.errorCode, error.message));
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  const [code, text] =
    status < 500 ? ['400.002.05', 'Bad Request - Invalid request payload'] : ['500.003.1001', 'Internal Server Error'];
  return reply.code(status < 500 ? 400 : 500).send(errorEnvelope(ctx.requestId(), code, text));
}

/** Unknown paths and wrong verbs under Daraja's roots; undefined for paths that are not Daraja's. */
export function darajaNotFound(
  app: FastifyInstance,
  ctx: MpesaContext,
  request: FastifyRequest,
): DarajaError | undefined {
  const path = request.url.split('?')[0] ?? '';
  if (!/^\/(mpesa|oauth|pulltransactions)\//.test(path)) return undefined;
  const wrongVerb = (['GET', 'POST'] as const).some((method) => app.hasRoute({ url: path, method }));
  if (!wrongVerb) return new DarajaError(404, '404.001.01', 'Resource not found', ctx.requestId());
  return path.startsWith('/oauth/')
    ? new DarajaError(404, '404.001.04', 'Invalid Authentication Header', ctx.requestId())
    : new DarajaError(405, '405.001', 'Method Not Allowed', ctx.requestId());
}
