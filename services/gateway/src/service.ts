import { defineService } from '@malipo/service-kit';
import { config } from './config.ts';
import { createDeps } from './deps.ts';
import { liveRoutes } from './http/live.ts';
import { limitRates } from './http/rate-limits.ts';
import { watchUpstreams } from './http/readiness.ts';
import { liveSubscription, liveTopics } from './live/events.ts';
import { openApiRoutes } from './openapi/routes.ts';
import { forwardAll } from './proxy/forward.ts';

/** The public door: leads to the services, checks the token, limits rates, and tells live what happens. */
export const gateway = defineService({
  name: 'gateway',
  config,
  port: 'MALIPO_PORT',
  operations: { host: 'MALIPO_OPERATIONS_HOST', port: 'MALIPO_OPERATIONS_PORT' },
  migrations: [],
  topics: liveTopics,
  deps: createDeps,
  async routes(app, deps) {
    await limitRates(app, deps);
    await openApiRoutes(app, deps);
    liveRoutes(app, deps);
    watchUpstreams(app, deps);
    await forwardAll(app, deps);
  },
  // it keeps no data, and only live updates wait for Kafka
  endures: ['mongo', 'consumers'],
  subscriptions: (deps) => [liveSubscription(deps)],
  start: async (deps) => deps.hub.start(),
  stop: async (deps) => deps.hub.stop(),
});
