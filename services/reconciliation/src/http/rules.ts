import {
  ReconciliationRules,
  RulesTest,
  RulesVersions,
  SetReconciliationRules,
  TestRules,
  type TriedRules,
} from '@malipo/api-contracts';
import { type App, InvalidError, typed } from '@malipo/service-kit';
import { setRules } from '../commands/set-rules.ts';
import { testRules } from '../commands/test-rules.ts';
import type { Deps } from '../commands/work.ts';
import { changedRules, engineRules, type HouseRules, splitOf } from '../domain/house-rules.ts';
import { readableRules } from '../domain/rule-list.ts';

const tags = ['reconciliation'];
const security = [{ bearer: [] }];
const PATH = '/api/v1/reconciliation/rules';
const SHOWN_VERSIONS = 200;

/** When the engine may apply money by itself, and how it splits it. */
export function ruleRoutes(app: App, deps: Deps): void {
  const routes = typed(app);
  const today = async (organisationId: string): Promise<HouseRules | undefined> =>
    (await deps.reads.organisation(organisationId))?.rules;

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
    async ({ caller }) => presentRules(await today(caller.organisationId)),
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
      const current = await today(organisationId);
      return testRules(deps, organisationId, { today: current, tried: triedRules(current, body.rules), from, to });
    },
  );
}

/** Rules to be tried, on top of today's. @throws {InvalidError} rules_incomplete */
export const triedRules = (current: HouseRules | undefined, rules: TriedRules): HouseRules =>
  changedRules(current, rules);

const presentRules = (house: HouseRules | undefined): ReconciliationRules => ({
  ...presentSettings(house),
  rules: readableRules(house).map((rule) => ({
    ...rule,
    parameters: rule.parameters.map(({ value, oneOf, ...parameter }) => ({
      ...parameter,
      value: typeof value === 'object' && value !== null ? [...value] : value,
      ...(oneOf ? { oneOf: [...oneOf] } : {}),
    })),
  })),
});

function presentSettings(house: HouseRules | undefined): Omit<ReconciliationRules, 'rules'> {
  const rules = engineRules(house);
  return {
    automatic: rules.automatic,
    autoLimitCents: rules.autoLimitCents,
    firstPayerLimitCents: rules.firstPayerLimitCents,
    split: [...splitOf(house)],
    roundingCents: rules.roundingCents ?? rules.toleranceCents,
    withholdingRates: [...rules.withholdingRates],
    chargeMaxCents: rules.chargeMaxCents,
    spendCredit: house?.spendCredit ?? false,
    version: house?.version ?? 0,
    name: rules.version,
  };
}
