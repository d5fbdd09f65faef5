import { PaymentFlag, PaymentStatus, PaymentView, RawMessageView } from '@malipo/api-contracts';
import { type App, NotFoundError, PageOf, PageQuery, QueryInstant, type TypedApp, typed } from '@malipo/service-kit';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { paymentId } from '../domain/payment.ts';
import type { SettledPayment } from '../store/payment-doc.ts';
import { paymentView, rawView } from './views.ts';

const docs = (summary: string) => ({ tags: ['payments'], summary, security: [{ bearer: [] }] });
const ById = z.object({ id: z.uuid() });

const ListQuery = PageQuery.extend({
  status: PaymentStatus.optional(),
  flag: PaymentFlag.optional().describe('a doubt about it, such as messages that tell of different amounts'),
  customerId: z.uuid().optional(),
  transactionId: z.string().min(1).max(64).optional().describe('the provider’s receipt'),
  channelId: z.uuid().optional(),
  mode: z.enum(['test', 'live']).optional(),
  from: QueryInstant.optional().describe('received at or after'),
  to: QueryInstant.optional().describe('received before'),
});

/** Money that came, and the provider's messages that told of it. */
export const paymentRoutes = (deps: Deps) => async (app: App) => {
  const routes = typed(app);
  listRoute(routes, deps);
  readRoutes(routes, deps);
};

const listRoute = (routes: TypedApp, deps: Deps) =>
  routes.get(
    '/',
    {
      schema: {
        ...docs('List payments, newest first'),
        querystring: ListQuery,
        response: { 200: PageOf(PaymentView) },
      },
    },
    ({ caller, query }) => {
      const { transactionId, from, to, limit, cursor, ...equal } = query;
      const filter = {
        ...equal,
        ids: transactionId ? idsOf(caller.organisationId, transactionId) : undefined,
        from: from ? new Date(from) : undefined,
        to: to ? new Date(to) : undefined,
      };
      return deps.payments.list(caller.organisationId, filter, { limit, cursor }, paymentView);
    },
  );

function readRoutes(routes: TypedApp, deps: Deps): void {
  routes.get(
    '/:id',
    { schema: { ...docs('Read a payment, what it paid and why'), params: ById, response: { 200: PaymentView } } },
    async ({ caller, params }) => paymentView(await paymentOf(deps, caller.organisationId, params.id)),
  );
  routes.get(
    '/:id/raw',
    {
      config: { roles: ['admin'] },
      schema: {
        ...docs('Read the provider’s messages as they came'),
        params: ById,
        response: { 200: z.object({ data: z.array(RawMessageView) }) },
      },
    },
    async ({ caller, params }) => ({ data: rawView(await paymentOf(deps, caller.organisationId, params.id)) }),
  );
}

async function paymentOf(deps: Deps, organisationId: string, id: string): Promise<SettledPayment> {
  const found = await deps.payments.find(organisationId, id);
  if (!found) throw new NotFoundError('payment_not_found', `there is no payment ${id}`);
  return found;
}

/** A receipt is part of the payment's id, so that finding it needs no index. People write its capitals small. */
function idsOf(organisationId: string, receipt: string): string[] {
  const spellings = new Set([receipt.trim(), receipt.trim().toUpperCase()]);
  return [...spellings].flatMap((one) => [
    paymentId(organisationId, 'live', one),
    paymentId(organisationId, 'test', one),
  ]);
}
