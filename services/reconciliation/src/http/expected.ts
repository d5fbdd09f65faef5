import { ExpectedKind, ExpectedStatus, ExpectedTotals, ExpectedView } from '@malipo/api-contracts';
import { type App, PageOf, PageQuery, typed } from '@malipo/service-kit';
import { eatDay } from '@malipo/values';
import type { z } from 'zod';
import type { Deps } from '../commands/work.ts';
import { invoiceStatus, type ReviewSettings, requestStatus } from '../domain/expected.ts';
import type { PromptDoc, ReceivableDoc } from '../store/collections.ts';
import { type ExpectedFilter, expectedInvoices, expectedRequests, expectedTotals } from '../store/expected.ts';

const tags = ['reconciliation'];
const security = [{ bearer: [] }];

const ExpectedQuery = PageQuery.extend({
  kind: ExpectedKind.default('invoice'),
  status: ExpectedStatus.optional(),
});
type ExpectedQuery = z.infer<typeof ExpectedQuery>;

/** Money that should come, and from when on it is late and missing. */
export function expectedRoutes(app: App, deps: Deps): void {
  typed(app).get(
    '/api/v1/reconciliation/expected',
    {
      schema: {
        tags,
        security,
        summary:
          'Unpaid invoices, or prompts without an answer, the longest due first: expected, due soon, late, missing',
        querystring: ExpectedQuery,
        response: { 200: PageOf(ExpectedView).extend({ totals: ExpectedTotals }) },
      },
    },
    ({ caller, query }) => readExpected(deps, caller.organisationId, query),
  );
}

async function readExpected(deps: Deps, organisationId: string, query: ExpectedQuery) {
  const row = await deps.reads.organisation(organisationId);
  const settings = await deps.reviewSettings.of(organisationId);
  const now = deps.now();
  const filter: ExpectedFilter = { organisationId, mode: row?.mode ?? 'test', status: query.status };
  const { collections } = deps;
  const [{ data, page }, totals] = await Promise.all([
    query.kind === 'invoice'
      ? expectedInvoices(collections, filter, settings, now, query, (one) => ofInvoice(one, settings, now))
      : expectedRequests(collections, filter, settings, now, query, (one) => ofRequest(one, settings, now)),
    expectedTotals(collections, query.kind, filter, settings, now),
  ]);
  return { data: await withNames(deps, organisationId, data), page, totals };
}

type Nameless = Omit<ExpectedView, 'customerName'>;

const ofInvoice = (one: ReceivableDoc, settings: ReviewSettings, now: Date): Nameless => ({
  id: one._id,
  kind: 'invoice',
  status: invoiceStatus(one.dueDate, eatDay(now), settings),
  customerId: one.customerId,
  invoiceId: one._id,
  invoiceNumber: one.number,
  currency: one.currency,
  amountCents: one.balanceCents,
  expectedBy: one.dueDate,
});

const ofRequest = (one: PromptDoc, settings: ReviewSettings, now: Date): Nameless => {
  const promptedAt = one.promptedAt ?? now;
  return {
    id: one._id,
    kind: 'request',
    status: requestStatus(promptedAt, now, settings),
    customerId: one.customerId ?? null,
    invoiceId: one.invoiceId ?? null,
    invoiceNumber: null,
    currency: 'KES',
    amountCents: one.amountCents ?? 0,
    expectedBy: new Date(promptedAt.getTime() + settings.requestLateMinutes * 60_000).toISOString(),
  };
};

async function withNames({ reads }: Deps, organisationId: string, rows: readonly Nameless[]): Promise<ExpectedView[]> {
  const customers = await reads.customers(rows.flatMap((row) => row.customerId ?? []));
  return rows.map((row) => {
    const customer = customers.get(row.customerId ?? '');
    return { ...row, customerName: customer?.organisationId === organisationId ? customer.name : null };
  });
}
