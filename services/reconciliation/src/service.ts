import { defineService } from '@malipo/service-kit';
import { config } from './config.ts';
import { createDeps } from './deps.ts';
import { subscriptions } from './events/subscriptions.ts';
import { ledgerRoutes } from './http/ledger.ts';
import { matchRoutes } from './http/matches.ts';
import { ruleRoutes } from './http/rules.ts';
import { statusRoutes } from './http/status.ts';
import { jobs } from './jobs/check-ledger.ts';
import { migrations } from './store/migrations.ts';

export const reconciliation = defineService({
  name: 'reconciliation',
  config,
  port: 'MALIPO_RECONCILIATION_PORT',
  migrations,
  topics: ['invoice.events', 'payment.events', 'reconciliation.events'],
  deps: createDeps,
  routes(app, deps) {
    matchRoutes(app, deps);
    statusRoutes(app, deps);
    ruleRoutes(app, deps);
    ledgerRoutes(app, deps);
  },
  subscriptions,
  jobs,
});
