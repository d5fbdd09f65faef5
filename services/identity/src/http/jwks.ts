import { JwksView } from '@malipo/api-contracts';
import { type App, typed } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';

export function jwksRoutes(app: App, deps: Deps): void {
  const schema = {
    tags: ['auth'],
    summary: 'The public keys that verify access tokens',
    response: { 200: JwksView },
  };
  typed(app).get('/.well-known/jwks.json', { config: { public: true }, schema }, async (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300');
    return deps.accessTokens.jwks;
  });
}
