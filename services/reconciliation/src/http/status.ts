import { ReconciliationStatus } from '@malipo/api-contracts';
import { createState, decide } from '@malipo/matching';
import { type App, typed } from '@malipo/service-kit';
import { inForceBy } from '../commands/in-force.ts';
import type { Deps } from '../commands/work.ts';
import { engineRules } from '../domain/house-rules.ts';
import type { OrganisationDoc } from '../store/collections.ts';
import { trialBalanceOf } from './trial-balance.ts';

const tags = ['reconciliation'];
const security = [{ bearer: [] }];

/** How matching goes. */
export function statusRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  routes.get(
    '/api/v1/reconciliation/status',
    {
      schema: {
        tags,
        security,
        summary: 'Decisions, open money and the ledger in figures',
        response: { 200: ReconciliationStatus },
      },
    },
    async ({ caller }) => {
      const row = await deps.reads.organisation(caller.organisationId);
      const { model } = await inForceBy(deps, caller.organisationId, row);
      return toStatus(row, model.version, deps.now());
    },
  );
}

const NO_DECISIONS = { auto: 0, suggested: 0, unmatched: 0, confirmed: 0, rejected: 0, undone: 0 };

function toStatus(row: OrganisationDoc | undefined, model: string, now: Date): ReconciliationStatus {
  const mode = row?.mode ?? 'test';
  const decisions = { ...NO_DECISIONS, ...row?.counts?.[mode] };
  const payments = Object.values(decisions).reduce((sum, count) => sum + count, 0);
  const byCurrency = Object.entries(row?.unresolved?.[mode] ?? {}).map(([currency, { count = 0, cents = 0 }]) => ({
    currency,
    count,
    unappliedCents: cents,
  }));
  const balance = trialBalanceOf(row, mode, now);
  const sums = balance.currencies.map((one) => Math.abs(one.debitCents - one.creditCents));
  return {
    mode,
    payments,
    decisions,
    autoRate: payments === 0 ? null : decisions.auto / payments,
    unresolved: { count: byCurrency.reduce((sum, one) => sum + one.count, 0), byCurrency },
    lastDecisionAt: row?.lastDecisionAt?.toISOString() ?? null,
    ledger: { sumCents: sums.reduce((sum, one) => sum + one, 0), balanced: balance.balanced },
    versions: {
      engine: ENGINE_VERSIONS.engine,
      model,
      rules: engineRules(row?.rules).version,
    },
  };
}

/** The engine names its versions in every decision; one about nothing tells today's. */
const ENGINE_VERSIONS = decide(createState('none'), {
  paymentId: 'none',
  channel: 'paybill',
  receipt: 'none',
  paidAt: 0,
  receivedAt: 0,
  amountCents: 100,
  currency: 'KES',
  reference: null,
  narrative: null,
  number: { form: 'none', value: '' },
  payerNames: [],
  requestId: null,
  reversesReceipt: null,
  flags: [],
}).versions;
