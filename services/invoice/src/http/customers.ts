import { ChangeCustomer, CreateCustomer, CustomerFilter, CustomerView } from '@malipo/api-contracts';
import {
  type App,
  causeOf,
  etagOf,
  IfMatch,
  NotFoundError,
  PageOf,
  PageQuery,
  type TypedApp,
  typed,
  versionCheck,
} from '@malipo/service-kit';
import { z } from 'zod';
import { createCustomer, saveCustomer } from '../commands/save-customer.ts';
import type { Deps } from '../deps.ts';
import { customerView } from './views.ts';

const PATH = '/api/v1/customers';
const described = { tags: ['customers'], security: [{ bearer: [] }] };
const params = z.object({ id: z.uuid() });
const writers = { roles: ['admin', 'bookkeeper'] as const };
const CODES = { 409: ['account_number_taken'] };

/** Customers: create, find, read, change. */
export const customerRoutes = (deps: Deps) => async (app: App) => {
  const routes = typed(app);
  createRoute(routes, deps);
  readRoutes(routes, deps);
  changeRoute(routes, deps);
};

const createRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    PATH,
    {
      config: { ...writers, idempotent: true, tagged: true, located: true, codes: CODES },
      schema: { ...described, summary: 'Create a customer', body: CreateCustomer, response: { 201: CustomerView } },
    },
    async (request, reply) => {
      const { organisationId } = request.caller;
      const customer = await createCustomer(deps, organisationId, request.body, causeOf(request));
      reply.status(201).header('etag', etagOf(customer.version)).header('location', `${PATH}/${customer.id}`);
      return customerView(customer);
    },
  );

function readRoutes(routes: TypedApp, deps: Deps): void {
  routes.get(
    PATH,
    {
      schema: {
        ...described,
        summary: 'List customers, newest first',
        querystring: PageQuery.extend(CustomerFilter.shape),
        response: { 200: PageOf(CustomerView) },
      },
    },
    ({ caller, query }) => deps.customers.list(caller.organisationId, query, query, customerView),
  );
  routes.get(
    `${PATH}/:id`,
    {
      config: { tagged: true },
      schema: { ...described, summary: 'Read a customer', params, response: { 200: CustomerView } },
    },
    async (request, reply) => {
      const { id } = request.params;
      const loaded = await deps.customers.load(request.caller.organisationId, id);
      if (!loaded) throw new NotFoundError('customer_not_found', `there is no customer ${id}`);
      reply.header('etag', etagOf(loaded.version));
      return customerView(loaded);
    },
  );
}

const changeRoute = (routes: TypedApp, deps: Deps) =>
  routes.patch(
    `${PATH}/:id`,
    {
      config: { ...writers, codes: CODES },
      schema: {
        ...described,
        summary: 'Change a customer; what is left out stays, null clears',
        params,
        headers: IfMatch,
        body: ChangeCustomer,
        response: { 200: CustomerView },
      },
    },
    async (request, reply) => {
      const which = { organisationId: request.caller.organisationId, id: request.params.id };
      const check = versionCheck(request.headers['if-match']);
      const customer = await saveCustomer(deps, which, request.body, check, causeOf(request));
      reply.header('etag', etagOf(customer.version));
      return customerView(customer);
    },
  );
