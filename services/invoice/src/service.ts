import { defineService } from '@malipo/service-kit';
import { announceOverdue } from './commands/announce-overdue.ts';
import { config } from './config.ts';
import { createDeps } from './deps.ts';
import { subscriptions } from './events/subscriptions.ts';
import { bulkRoutes } from './http/bulk.ts';
import { customerRoutes } from './http/customers.ts';
import { invoiceRoutes } from './http/invoices.ts';
import { migrations } from './store/migrations.ts';

/** Customers and invoices: decides what is owed. */
export const invoice = defineService({
  name: 'invoice',
  config,
  port: 'MALIPO_INVOICE_PORT',
  migrations,
  topics: ['invoice.events', 'reconciliation.events'],
  deps: createDeps,
  async routes(app, deps) {
    await app.register(bulkRoutes(deps));
    await app.register(customerRoutes(deps));
    await app.register(invoiceRoutes(deps));
  },
  subscriptions,
  jobs: (deps) => [{ name: 'overdue', everyMs: deps.config.MALIPO_OVERDUE_EVERY_MS, run: () => announceOverdue(deps) }],
});
