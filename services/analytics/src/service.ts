import { allTopics } from '@malipo/events';
import { defineService } from '@malipo/service-kit';
import { config } from './config.ts';
import { createDeps, type Deps } from './deps.ts';
import { subscriptions } from './events/subscriptions.ts';
import { analyticsRoutes } from './http/analytics.ts';

/** Key figures, from events alone: it can be thrown away and built again from the start of the topics. */
export const analytics = defineService<typeof config, Deps>({
  name: 'analytics',
  config,
  port: 'MALIPO_ANALYTICS_PORT',
  migrations: [],
  topics: allTopics,
  deps: createDeps,
  start: (deps) => deps.prepare(),
  routes: async (app, deps) => {
    await app.register(analyticsRoutes(deps), { prefix: '/api/v1/analytics' });
  },
  subscriptions,
});
