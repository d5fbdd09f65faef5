import { DEFAULT_RULES, GUARD_NAMES, type SplitRule } from '@malipo/matching';
import { CRUMB_CENTS } from '@malipo/values';
import { engineRules, type HouseRules, LIMITS, splitOf } from './house-rules.ts';
import { SPLIT_WORDS, type Words, wordsOf } from './rule-words.ts';

/** One setting of a rule, with what it may be. */
export type RuleParameter = {
  name: string;
  value: number | null | readonly number[];
  unit: 'cents' | 'share';
  min?: number;
  max?: number;
  oneOf?: readonly number[];
  changeable: boolean;
};

/** A rule as a person reads it. */
export type ReadableRule = {
  id: string;
  /** `split`: which invoices, in order, first that fits; `limit`: when a person decides; `guard`: what no score overrides. */
  stage: 'split' | 'limit' | 'guard';
  on: boolean;
  switchable: boolean;
  orderable: boolean;
  en: string;
  sw: string;
  parameters: readonly RuleParameter[];
};

/** The rules in the order in which they are asked; those of the `split` stage may be put in another. */
export const readableRules = (house: HouseRules | undefined): ReadableRule[] => [
  ...splitOf(house).map(({ rule, on }) => ({
    id: rule,
    stage: 'split' as const,
    on,
    switchable: true,
    orderable: true,
    ...SPLIT_WORDS[rule],
    parameters: parametersOf(rule, house),
  })),
  ...restRules(house),
  ...limitRules(house),
  ...GUARD_NAMES.map((name) => ({ ...fixed(name, 'guard'), ...wordsOf(name), parameters: [] })),
];

/** What becomes of what a split leaves over, of an invoice or of the money. */
const restRules = (house: HouseRules | undefined): ReadableRule[] => [
  {
    ...fixed('crumbs', 'split'),
    en: 'What is left of an invoice up to this amount is closed by a rounding entry.',
    sw: 'Salio la ankara hadi kiasi hiki hufungwa kwa ingizo la kukaribisha.',
    parameters: [{ name: 'crumbCents', value: CRUMB_CENTS, unit: 'cents', changeable: false }],
  },
  {
    ...fixed('spend credit', 'split'),
    on: house?.spendCredit ?? false,
    switchable: true,
    en: 'What a customer has paid too much pays what is invoiced later, the oldest credit first.',
    sw: 'Akiba ya mteja hulipa ankara zinazotolewa baadaye, akiba ya zamani kwanza.',
    parameters: [],
  },
];

function limitRules(house: HouseRules | undefined): ReadableRule[] {
  const { automatic, autoLimitCents, firstPayerLimitCents } = engineRules(house);
  return [
    {
      ...fixed('automatic', 'limit'),
      on: automatic,
      switchable: true,
      en: 'Very sure matches are applied without a person.',
      sw: 'Ulinganisho wenye uhakika mkubwa hutekelezwa bila mtu.',
      parameters: [],
    },
    limitRule('amount limit', 'autoLimitCents', autoLimitCents, {
      en: 'Money above this amount is left to a person.',
      sw: 'Malipo yanayozidi kiasi hiki huachiwa mtu.',
    }),
    limitRule('first payer limit', 'firstPayerLimitCents', firstPayerLimitCents, {
      en: 'Money above this amount from a payer never seen before is left to a person.',
      sw: 'Malipo yanayozidi kiasi hiki kutoka kwa mlipaji mpya huachiwa mtu.',
    }),
  ];
}

const fixed = (id: string, stage: ReadableRule['stage']) => ({
  id,
  stage,
  on: true,
  switchable: false,
  orderable: false,
});

const limitRule = (id: string, name: string, value: number | null, words: Words): ReadableRule => ({
  ...fixed(id, 'limit'),
  on: value !== null,
  switchable: true,
  ...words,
  parameters: [{ name, value, unit: 'cents', min: 1, changeable: true }],
});

function parametersOf(rule: SplitRule, house: HouseRules | undefined): RuleParameter[] {
  const rules = engineRules(house);
  if (rule === 'rounding') {
    const value = rules.roundingCents ?? rules.toleranceCents;
    return [{ name: 'roundingCents', value, unit: 'cents', ...LIMITS.roundingCents, changeable: true }];
  }
  if (rule !== 'net') return [];
  return [
    {
      name: 'withholdingRates',
      value: rules.withholdingRates,
      unit: 'share',
      oneOf: LIMITS.withholdingRates,
      changeable: true,
    },
    { name: 'chargeMaxCents', value: rules.chargeMaxCents, unit: 'cents', ...LIMITS.chargeMaxCents, changeable: true },
    { name: 'chargeShare', value: DEFAULT_RULES.chargeShare, unit: 'share', changeable: false },
  ];
}
