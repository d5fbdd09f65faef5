import { defineService } from '@malipo/service-kit';
import { config } from './config.ts';
import { createDeps } from './deps.ts';
import { subscriptions } from './events/subscriptions.ts';
import { creditRoutes } from './http/credits.ts';
import { expectedRoutes } from './http/expected.ts';
import { ledgerRoutes } from './http/ledger.ts';
import { matchPaymentRoutes } from './http/match-payment.ts';
import { matchRoutes } from './http/matches.ts';
import { modelRoutes } from './http/models.ts';
import { qualityRoutes } from './http/quality.ts';
import { reviewItemRoutes } from './http/review-items.ts';
import { reviewQueueRoutes } from './http/review-queue.ts';
import { reviewSettingsRoutes } from './http/review-settings.ts';
import { ruleRoutes } from './http/rules.ts';
import { runRoutes } from './http/runs.ts';
import { statusRoutes } from './http/status.ts';
import { jobs } from './jobs/jobs.ts';
import { learningMigrations } from './store/learning-migrations.ts';
import { migrations } from './store/migrations.ts';
import { reviewMigrations } from './store/review-migrations.ts';

export const reconciliation = defineService({
  name: 'reconciliation',
  config,
  port: 'MALIPO_RECONCILIATION_PORT',
  migrations: [...migrations, ...reviewMigrations, ...learningMigrations],
  topics: ['invoice.events', 'payment.events', 'reconciliation.events'],
  deps: createDeps,
  routes(app, deps) {
    reviewQueueRoutes(app, deps);
    matchRoutes(app, deps);
    reviewItemRoutes(app, deps);
    creditRoutes(app, deps);
    expectedRoutes(app, deps);
    reviewSettingsRoutes(app, deps);
    runRoutes(app, deps);
    statusRoutes(app, deps);
    matchPaymentRoutes(app, deps);
    ruleRoutes(app, deps);
    modelRoutes(app, deps);
    qualityRoutes(app, deps);
    ledgerRoutes(app, deps);
  },
  subscriptions,
  jobs,
});
