import { BulkResult, CreateCustomers, CreateInvoices } from '@malipo/api-contracts';
import { type App, causeOf, typed } from '@malipo/service-kit';
import { importCustomers } from '../commands/import-customers.ts';
import { importInvoices } from '../commands/import-invoices.ts';
import type { Deps } from '../deps.ts';
import { readCustomerRow, readInvoiceRow } from './rows.ts';

const security = [{ bearer: [] }];
const config = { roles: ['admin', 'bookkeeper'] as const, idempotent: true };
const response = { 200: BulkResult };

/** Up to 500 customers or invoices at once, for imports: every valid row is written, every other says what is wrong. */
export const bulkRoutes = (deps: Deps) => async (app: App) => {
  const routes = typed(app);
  routes.post(
    '/api/v1/customers/bulk',
    {
      config,
      schema: { tags: ['customers'], security, summary: 'Create many customers', body: CreateCustomers, response },
    },
    (request) => {
      const read = request.body.rows.map(readCustomerRow);
      return importCustomers(deps, request.caller.organisationId, read, causeOf(request));
    },
  );
  routes.post(
    '/api/v1/invoices/bulk',
    {
      config,
      schema: {
        tags: ['invoices'],
        security,
        summary: 'Create many invoices, and issue them on request',
        body: CreateInvoices,
        response,
      },
    },
    (request) => {
      const { rows, issue } = request.body;
      const read = rows.map(readInvoiceRow);
      return importInvoices(deps, request.caller.organisationId, read, issue, causeOf(request));
    },
  );
};
