import { ReconciliationRules } from '@malipo/api-contracts';
import { DEFAULT_RULES } from '@malipo/matching';
import { type App, typed } from '@malipo/service-kit';
import { setRules } from '../commands/set-rules.ts';
import type { Deps } from '../commands/work.ts';

const tags = ['reconciliation'];
const security = [{ bearer: [] }];

/** When the engine may apply money by itself. */
export function ruleRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  routes.get(
    '/api/v1/reconciliation/rules',
    {
      schema: {
        tags,
        security,
        summary: 'When money is applied without a person',
        response: { 200: ReconciliationRules },
      },
    },
    async ({ caller }) => {
      const row = (await deps.reads.organisations([caller.organisationId])).get(caller.organisationId);
      const { automatic, autoLimitCents, firstPayerLimitCents } = { ...DEFAULT_RULES, ...row?.rules };
      return { automatic, autoLimitCents, firstPayerLimitCents };
    },
  );
  routes.put(
    '/api/v1/reconciliation/rules',
    {
      config: { roles: ['admin'] },
      schema: {
        tags,
        security,
        summary: 'Say when money is applied without a person',
        body: ReconciliationRules,
        response: { 200: ReconciliationRules },
      },
    },
    ({ caller, body }) => setRules(deps, caller, body),
  );
}
