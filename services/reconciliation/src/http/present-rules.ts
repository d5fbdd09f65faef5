import type { ReconciliationRules } from '@malipo/api-contracts';
import { engineRules, type HouseRules, splitOf } from '../domain/house-rules.ts';
import { readableRules } from '../domain/rule-list.ts';

/** An organisation's rules as settings, and in plain words in the order in which they are asked. */
export const presentRules = (house: HouseRules | undefined): ReconciliationRules => ({
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

/** The settings alone, as each version keeps them. */
export function presentSettings(house: HouseRules | undefined): Omit<ReconciliationRules, 'rules'> {
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
