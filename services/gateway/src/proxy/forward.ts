import http from 'node:http';
import https from 'node:https';
import httpProxy, { type FastifyHttpProxyOptions } from '@fastify/http-proxy';
import { type App, errorHandler } from '@malipo/service-kit';
import type { FastifyContextConfig } from 'fastify';
import type { Deps } from '../deps.ts';
import { type Route, routes } from '../routes.ts';
import { createAtOnce } from './at-once.ts';
import { guardBodies } from './bodies.ts';
import { failureOf, tellFailure } from './failures.ts';
import { toClient, toUpstream } from './headers.ts';

type Forwarding = Pick<Route, 'prefix' | 'to' | 'refusal'> & {
  paths?: readonly string[];
  config: FastifyContextConfig;
};

/** Registers a proxy for every line of the route table. */
export async function forwardAll(app: App, deps: Deps): Promise<void> {
  const agents = { 'http:': new http.Agent(POOL), 'https:': new https.Agent(POOL) };
  const quiet = deps.log.child({}, { level: 'error' }); // the proxy warns of each failure, with a stack; we say it once
  const limitAtOnce = createAtOnce(deps.config.MALIPO_REQUESTS_AT_ONCE);
  for (const forwarding of routes.flatMap((route) => forwardingsOf(route, deps)))
    await app.register(async (scope) => {
      scope.setChildLoggerFactory(() => quiet);
      scope.removeContentTypeParser(['application/json', 'text/plain']); // bodies pass through as they are
      if (!forwarding.config.callback) limitAtOnce(scope);
      guardBodies(scope, forwarding.config.callback === true);
      const { refusal } = forwarding;
      if (refusal)
        scope.setErrorHandler(errorHandler(({ detail }, { url }) => refusal(url.split('?')[0] ?? '', detail)));
      await scope.register(httpProxy, proxyOptions(forwarding, deps, agents));
    });
  app.addHook('onClose', async () => {
    for (const agent of Object.values(agents)) agent.destroy();
  });
}

/** As many as are needed: with a bound on all together one caller's slow requests would hold up everybody's. */
const POOL = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 32 };

function forwardingsOf({ prefix, to, open, callback, refusal }: Route, deps: Deps): Forwarding[] {
  if (callback)
    return [{ prefix, to, ...(refusal ? { refusal } : {}), config: { public: true, callback, rateLimit: false } }];
  const guarded: Forwarding = { prefix, to, config: {} };
  if (!open) return [guarded];
  const { MALIPO_AUTH_RATE_LIMIT: max } = deps.config;
  const readOnly = prefix === '/.well-known';
  const unguarded: Forwarding = {
    prefix,
    to,
    paths: open,
    config: { public: true, ...(readOnly ? {} : { rateLimit: { max } }) },
  };
  return readOnly ? [unguarded] : [unguarded, guarded];
}

type Agents = { 'http:': http.Agent; 'https:': https.Agent };

function proxyOptions(forwarding: Forwarding, deps: Deps, agents: Agents): FastifyHttpProxyOptions {
  const { prefix, to, paths, config } = forwarding;
  const answered = new WeakSet<object>();
  return {
    prefix,
    rewritePrefix: prefix,
    preRewrite: withoutRootSlash,
    httpMethods: [...METHODS],
    upstream: deps.upstreamUrls[to],
    ...(paths ? { routes: [...paths] } : {}),
    config: { ...config, forwards: true },
    disableRequestLogging: true,
    http: { agents, requestOptions: { timeout: deps.config.MALIPO_UPSTREAM_TIMEOUT_MS } },
    replyOptions: {
      rewriteRequestHeaders: toUpstream,
      rewriteHeaders: toClient,
      // a service that sheds load says so by 503: asking it again at once would be the opposite of help
      retryDelay: () => null,
      onError: (reply, { error }) => {
        if (answered.has(reply)) return; // a body in flight fails a second time
        answered.add(reply);
        const answer = failureOf(to, error, reply.request.raw.complete);
        tellFailure(deps.log, to, reply.request, error, answer);
        reply.send(answer);
      },
    },
  };
}

/** All that a client may ask by: what a path does not answer to, its service knows. */
const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'] as const;

/** A root answers with a slash at its end too, though some services know it only without. */
const withoutRootSlash = (url: string, _params: unknown, prefix: string): string =>
  url === `${prefix}/` || url.startsWith(`${prefix}/?`) ? prefix + url.slice(prefix.length + 1) : url;
