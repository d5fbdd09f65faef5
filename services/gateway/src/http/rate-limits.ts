import rateLimit from '@fastify/rate-limit';
import { type App, AppError, senderOf } from '@malipo/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../deps.ts';

const WINDOW_MS = 60_000;

/**
 * Limits by organisation, or by sender where nobody is signed in, also those that are turned away. Counted in Redis for
 * all replicas together; Redis never decides, so without it everything passes.
 */
export async function limitRates(app: App, deps: Deps): Promise<void> {
  const { MALIPO_RATE_LIMIT: signedIn, MALIPO_ANONYMOUS_RATE_LIMIT: anonymous } = deps.config;
  await app.register(rateLimit, {
    redis: deps.redis,
    nameSpace: 'rate:',
    timeWindow: WINDOW_MS,
    max: (request) => (request.caller ? signedIn : anonymous),
    keyGenerator: callerOf,
    skipOnError: true,
    enableDraftSpec: true,
    errorResponseBuilder: (_request, { after }) =>
      new AppError('rate_limited', 'rate_limited', `too many requests; try again in ${after}`),
  });
  countRefused(app);
  app.addHook('onSend', describeLimit);
}

/** Whom limits count as one: an organisation, or a sender that is not signed in. */
export const callerOf = ({ caller, ip }: FastifyRequest): string =>
  caller ? `org:${caller.organisationId}` : `ip:${senderOf(ip)}`;

/** What never comes to a route's own limit: no good token, no such route. */
function countRefused(app: App): void {
  const limit = app.rateLimit();
  const count = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    await limit.call(app, request, reply);
  };
  app.beforeRefusal(count);
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    count(request, reply).then(() => done(), done);
  });
}

/** The fields of the current draft beside the older three, which more clients know. @see draft-ietf-httpapi-ratelimit-headers-11 */
async function describeLimit(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) => reply.getHeader(`ratelimit-${name}`));
  if (limit === undefined) return;
  reply.header('ratelimit-policy', `"default";q=${limit};w=${WINDOW_MS / 1000}`);
  reply.header('ratelimit', `"default";r=${remaining};t=${reset}`);
}
