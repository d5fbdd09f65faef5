import {
  ReconciliationRules,
  RulesTest,
  RulesVersions,
  SetReconciliationRules,
  TestRules,
} from '@malipo/api-contracts';
import { type App, InvalidError, type TypedApp, typed } from '@malipo/service-kit';
import { setRules } from '../commands/set-rules.ts';
import { testRules } from '../commands/test-rules.ts';
import type { Deps } from '../commands/work.ts';
import { changedRules, type HouseRules } from '../domain/house-rules.ts';
import { presentRules, presentSettings } from './present-rules.ts';

const tags = ['reconciliation'];
const security = [{ bearer: [] }];
const PATH = '/api/v1/reconciliation/rules';
const SHOWN_VERSIONS = 200;

/** When the engine may apply money by itself, and how it splits it. */
export function ruleRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  todayRoutes(routes, deps);
  versionsRoute(routes, deps);
  testRoute(routes, deps);
}

const today = async (deps: Deps, organisationId: string): Promise<HouseRules | undefined> =>
  (await deps.reads.organisation(organisationId))?.rules;

function todayRoutes(routes: TypedApp, deps: Deps): void {
  routes.get(
    PATH,
    {
      schema: {
        tags,
        security,
        summary: 'The rules by which money is matched, as settings and in plain words, in order',
        response: { 200: ReconciliationRules },
      },
    },
    async ({ caller }) => presentRules(await today(deps, caller.organisationId)),
  );
  routes.put(
    PATH,
    {
      config: { roles: ['admin'], codes: { 409: ['rules_changed'], 422: ['rules_incomplete'] } },
      schema: {
        tags,
        security,
        summary: 'Say when money is applied without a person, and how it is split',
        body: SetReconciliationRules,
        response: { 200: ReconciliationRules },
      },
    },
    async ({ caller, body: { reason = '', expectedVersion: expected, ...rules } }) =>
      presentRules(await setRules(deps, caller, { rules, why: reason, expected })),
  );
}

const versionsRoute = (routes: TypedApp, deps: Deps) =>
  routes.get(
    `${PATH}/versions`,
    {
      schema: {
        tags,
        security,
        summary: 'Who changed the rules, when, why, and from what to what; the newest first',
        response: { 200: RulesVersions },
      },
    },
    async ({ caller: { organisationId } }) => {
      const rows = deps.collections.rulesVersions.find({ organisationId }).sort({ version: -1 }).limit(SHOWN_VERSIONS);
      return {
        data: (await rows.toArray()).map(({ version, at, who, why, before, after }) => ({
          version,
          at: at.toISOString(),
          who,
          why,
          before: presentSettings(before ?? undefined),
          after: presentSettings(after),
        })),
      };
    },
  );

const testRoute = (routes: TypedApp, deps: Deps) =>
  routes.post(
    `${PATH}/test`,
    {
      config: { roles: ['admin', 'bookkeeper'], codes: { 422: ['period_invalid', 'rules_incomplete'] } },
      schema: {
        tags,
        security,
        summary: 'What would other rules have decided on past payments? Changes nothing',
        body: TestRules,
        response: { 200: RulesTest },
      },
    },
    async ({ caller: { organisationId }, body }) => {
      const [from, to] = [new Date(body.from), new Date(body.to)];
      if (from >= to)
        throw new InvalidError('period_invalid', 'from must be before to', {
          fields: [{ pointer: '#/to', detail: 'after from' }],
        });
      const current = await today(deps, organisationId);
      const tried = changedRules(current, body.rules, '#/rules');
      return testRules(deps, organisationId, { today: current, tried, from, to });
    },
  );
