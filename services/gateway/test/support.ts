import { randomUUID } from 'node:crypto';
import { type Running, startService } from '@malipo/service-kit';
import { createSlice, type TestKeys, testKeys } from '@malipo/test-kit';
import fastify, { type FastifyInstance } from 'fastify';
import { type Upstream, upstreams } from '../src/routes.ts';
import { gateway } from '../src/service.ts';

/** What a service behind the gateway saw of a request. */
export type Seen = { service: string; method: string; url: string; headers: Record<string, string>; body: string };

/** A service outside this test's concern: it answers what it saw. */
export async function startUpstream(service: Upstream, configure: (app: FastifyInstance) => void = () => undefined) {
  const app = fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.get('/ready', async () => ({ ready: true }));
  configure(app);
  app.setNotFoundHandler(({ method, url, headers, body }, reply) =>
    reply.status(200).header('x-powered-by', service).send({ service, method, url, headers, body }),
  );
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, url };
}

type Options = { env?: Record<string, string>; now?: () => Date; urls?: Partial<Record<Upstream, string>> };

/** The gateway for real; services that `urls` does not name are answered for by nobody. */
export async function startGateway({ env = {}, now, urls = {} }: Options = {}) {
  const slice = createSlice();
  const keys: TestKeys = await testKeys();
  const settings = Object.fromEntries(
    upstreams.map((name) => [`MALIPO_${name.toUpperCase()}_URL`, urls[name] ?? 'http://127.0.0.1:9']),
  );
  const running: Running = await startService(gateway, {
    env: slice.env({ MALIPO_PORT: '0', MALIPO_JWKS_URL: keys.jwksUrl, ...settings, ...env }),
    ...(now ? { now } : {}),
  });
  return {
    slice,
    running,
    url: running.url,
    tokenFor: (organisationId = randomUUID() as string) => keys.tokenFor({ organisationId }),
    fetch: (path: string, { token, ...init }: RequestInit & { token?: string } = {}) =>
      fetch(`${running.url}${path}`, {
        redirect: 'manual',
        ...init,
        headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...init.headers },
      }),
    async stop() {
      await running.stop();
      await keys.close();
      await slice.drop();
    },
  };
}

export type Gateway = Awaited<ReturnType<typeof startGateway>>;
