import { defineService } from '@malipo/service-kit';
import { config } from './config.ts';
import { createDeps } from './deps.ts';
import { authRoutes } from './http/auth.ts';
import { jwksRoutes } from './http/jwks.ts';
import { organisationRoutes } from './http/organisation.ts';
import { userRoutes } from './http/users.ts';
import { migrations } from './store/migrations.ts';

/** Organisations, users, roles and sessions; signs the short-lived tokens that every other service checks. */
export const identity = defineService({
  name: 'identity',
  config,
  port: 'MALIPO_IDENTITY_PORT',
  migrations,
  topics: ['identity.events'],
  deps: createDeps,
  routes(app, deps) {
    jwksRoutes(app, deps);
    authRoutes(app, deps);
    organisationRoutes(app, deps);
    userRoutes(app, deps);
  },
});
