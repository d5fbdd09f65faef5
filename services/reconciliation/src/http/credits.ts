import { ApplyCredit, CreditTotals, CreditView, MatchView } from '@malipo/api-contracts';
import { type App, causeOf, PageOf, PageQuery, typed } from '@malipo/service-kit';
import { z } from 'zod';
import { applyCredit } from '../commands/apply-credit.ts';
import type { Deps } from '../commands/work.ts';
import { readCredits, sumCredits } from '../store/credits.ts';
import { namesFor, presentMatch } from './present.ts';
import { SETTLEMENT_CODES } from './settlement-codes.ts';

const tags = ['reconciliation'];
const CODES = {
  409: ['no_credit', 'nothing_owed', 'payment_reversed', 'test_money'],
  422: ['amount_above_credit', ...SETTLEMENT_CODES],
};
const security = [{ bearer: [] }];

const CreditsQuery = PageQuery.extend({ customerId: z.uuid().optional() });
type CreditsQuery = z.infer<typeof CreditsQuery>;

/** Customers' credit: what was paid beyond what was owed, and what is done with it. */
export function creditRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  routes.get(
    '/api/v1/reconciliation/credits',
    {
      schema: {
        tags,
        security,
        summary: 'Payments that left something over as their customer’s credit, oldest first; totals over all of them',
        querystring: CreditsQuery,
        response: { 200: PageOf(CreditView).extend({ totals: CreditTotals }) },
      },
    },
    ({ caller, query }) => readPage(deps, caller.organisationId, query),
  );
  routes.post(
    '/api/v1/reconciliation/matches/:id/apply-credit',
    {
      config: { roles: ['admin', 'bookkeeper'], idempotent: true, codes: CODES },
      schema: {
        tags,
        security,
        summary: 'Spend what a payment left over on invoices of the same customer',
        params: z.object({ id: z.uuid() }),
        body: ApplyCredit.nullish(),
        response: { 200: MatchView },
      },
    },
    async (request) => {
      const { caller, params, body } = request;
      const order = { caller, paymentId: params.id, cause: causeOf(request) };
      return presentMatch(deps, await applyCredit(deps, order, body?.allocations, body?.reason ?? ''));
    },
  );
}

async function readPage(deps: Deps, organisationId: string, { customerId, ...query }: CreditsQuery) {
  const row = await deps.reads.organisation(organisationId);
  const filter = { organisationId, mode: row?.mode ?? 'test', customerId };
  const [{ data, page }, totals] = await Promise.all([
    readCredits(deps.collections, filter, query),
    sumCredits(deps.collections, filter),
  ]);
  const customerIds = data.flatMap((match) => match.customerId ?? []);
  const names = await namesFor(deps, organisationId, [], customerIds);
  return {
    data: data.flatMap(({ _id, customerId: owner, creditCents, payment }) =>
      owner === null
        ? []
        : {
            id: _id,
            paymentId: _id,
            receipt: payment.receipt,
            customerId: owner,
            customerName: names.customer(owner),
            currency: payment.currency,
            creditCents,
            amountCents: payment.amountCents,
            receivedAt: payment.receivedAt,
          },
    ),
    page,
    totals,
  };
}
