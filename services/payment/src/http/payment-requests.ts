import { NewPaymentRequest, PaymentRequestStatus, PaymentRequestView } from '@malipo/api-contracts';
import { type App, causeOf, NotFoundError, PageOf, PageQuery, type TypedApp, typed } from '@malipo/service-kit';
import { z } from 'zod';
import { requestPayment } from '../commands/request-payment.ts';
import type { Deps } from '../deps.ts';
import { requestView } from './views.ts';

const PATH = '/api/v1/payment-requests';
const docs = (summary: string) => ({ tags: ['payment requests'], summary, security: [{ bearer: [] }] });
const CODES = {
  409: ['request_open', 'invoice_not_open', 'channel_closed', 'channel_without_credentials'],
  422: [
    'amount_not_whole_shillings',
    'amount_out_of_range',
    'amount_exceeds_balance',
    'currency_not_supported',
    'channel_required',
  ],
};
const ListQuery = PageQuery.extend({
  status: PaymentRequestStatus.optional(),
  invoiceId: z.uuid().optional(),
  customerId: z.uuid().optional(),
  channelId: z.uuid().optional(),
});

/** Asking payers for money, and what became of it. */
export const requestRoutes = (deps: Deps) => async (app: App) => {
  const routes = typed(app);
  askRoute(routes, deps);
  readRoutes(routes, deps);
};

const askRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    '/',
    {
      config: { roles: ['admin', 'bookkeeper'], idempotent: true, located: true, refers: true, codes: CODES },
      schema: {
        ...docs('Ask a payer for money: a prompt on the phone (STK)'),
        body: NewPaymentRequest,
        response: { 201: PaymentRequestView },
      },
    },
    async (request, reply) => {
      const made = await requestPayment(deps, request.caller, request.body, causeOf(request));
      reply.status(201).header('location', `${PATH}/${made.id}`);
      return requestView(made);
    },
  );

function readRoutes(routes: TypedApp, deps: Deps): void {
  routes.get(
    '/',
    {
      schema: {
        ...docs('List payment requests'),
        querystring: ListQuery,
        response: { 200: PageOf(PaymentRequestView) },
      },
    },
    ({ caller, query: { limit, cursor, ...filter } }) =>
      deps.requests.list(caller.organisationId, filter, { limit, cursor }, requestView),
  );
  routes.get(
    '/:id',
    {
      schema: {
        ...docs('Read a payment request'),
        params: z.object({ id: z.uuid() }),
        response: { 200: PaymentRequestView },
      },
    },
    async ({ caller, params }) => {
      const found = await deps.requests.find(caller.organisationId, params.id);
      if (!found) throw new NotFoundError('payment_request_not_found', `there is no payment request ${params.id}`);
      return requestView(found);
    },
  );
}
