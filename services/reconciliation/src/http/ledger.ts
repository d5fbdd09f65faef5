import { LedgerEntryView, TrialBalance } from '@malipo/api-contracts';
import { type App, listPage, PageOf, PageQuery, typed } from '@malipo/service-kit';
import { z } from 'zod';
import type { Deps } from '../commands/work.ts';
import type { EntryDoc } from '../store/collections.ts';
import { trialBalanceOf } from './trial-balance.ts';

const tags = ['ledger'];
const security = [{ bearer: [] }];
const Mode = z.enum(['test', 'live']);

const EntriesQuery = PageQuery.extend({
  paymentId: z.uuid().optional(),
  invoiceId: z.uuid().optional(),
  account: z.string().max(50).optional().describe('such as receivable or customer_credit'),
  mode: Mode.optional(),
});

export function ledgerRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  routes.get(
    '/api/v1/ledger/trial-balance',
    {
      schema: {
        tags,
        security,
        summary: 'Every account’s debits and credits; they balance per currency',
        querystring: z.object({ mode: Mode.optional().describe('the organisation’s own where left out') }),
        response: { 200: TrialBalance },
      },
    },
    async ({ caller, query }) => {
      const row = await deps.reads.organisation(caller.organisationId);
      return trialBalanceOf(row, query.mode ?? row?.mode ?? 'test', deps.now());
    },
  );
  routes.get(
    '/api/v1/ledger/entries',
    {
      schema: {
        tags,
        security,
        summary: 'Entries, newest first',
        querystring: EntriesQuery,
        response: { 200: PageOf(LedgerEntryView) },
      },
    },
    ({ caller, query }) =>
      listPage(
        deps.collections.entries,
        { organisationId: caller.organisationId, ...filterOf(query) },
        { field: 'position', kind: 'text', order: 'desc' },
        query,
        toView,
      ),
  );
}

/** An entry's id begins with what moved, so that its entries are found by the primary index. */
function filterOf({ paymentId, invoiceId, account, mode }: z.infer<typeof EntriesQuery>) {
  const about = paymentId ?? invoiceId;
  return {
    ...(about ? { _id: { $gte: `${about}:`, $lt: `${about};` } } : {}),
    ...(account ? { 'legs.account': account } : {}),
    ...(mode ? { mode } : {}),
  };
}

const toView = ({ _id, organisationId: _, position: __, at, ...entry }: EntryDoc): LedgerEntryView => ({
  id: _id,
  at: at.toISOString(),
  ...entry,
});
