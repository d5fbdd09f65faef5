import swaggerUi from '@fastify/swagger-ui';
import type { App } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import type { OpenApiDocument } from '../domain/merge-openapi.ts';
import { createPlatformDocument } from './platform-document.ts';

const DOCUMENT_PATH = '/api/openapi.json';

/** Everything from ourselves; styles are written into the page by the viewer. */
const CONTENT_POLICY = {
  'default-src': "'self'",
  'img-src': "'self' data:",
  'style-src': "'self' 'unsafe-inline'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
};

/** `/api/openapi.json`, and a page at `/api/docs` that shows it and asks no other host. */
export async function openApiRoutes(app: App, deps: Deps): Promise<void> {
  const platform = createPlatformDocument(deps.upstreamUrls, () => ownPaths(app));
  app.addHook('onClose', async () => platform.close());
  app.get(DOCUMENT_PATH, { config: { public: true }, schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(await platform.get()),
  );
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, public: true };
    });
    await scope.register(swaggerUi, {
      routePrefix: '/api/docs',
      staticCSP: CONTENT_POLICY,
      uiHooks: {
        onRequest: async (request, reply) => {
          if (request.routeOptions.url === '/api/docs/json') return reply.redirect(DOCUMENT_PATH);
        },
      },
      uiConfig: { docExpansion: 'none', persistAuthorization: false },
    });
  });
}

/** The proxied routes are documented by their services; the gateway's own have tags. */
function ownPaths(app: App): OpenApiDocument {
  const document: OpenApiDocument = JSON.parse(JSON.stringify(app.swagger()));
  const paths = Object.entries(document.paths ?? {}).filter(([, item]) => JSON.stringify(item).includes('"tags":'));
  return { ...document, paths: Object.fromEntries(paths) };
}
