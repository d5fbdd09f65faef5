import { DEFAULT_RULES, type Rules, SPLIT_ORDER, type SplitRule } from '@malipo/matching';
import { InvalidError } from '@malipo/service-kit/errors';

/** What an organisation may set of the engine's rules; null is no limit (cents). Left out: the engine's own. */
export type HouseRules = Pick<Rules, 'automatic' | 'autoLimitCents' | 'firstPayerLimitCents'> & {
  /** How a customer's money is split over its invoices, first rule that fits. */
  split?: readonly { rule: SplitRule; on: boolean }[] | undefined;
  roundingCents?: number | undefined;
  withholdingRates?: readonly number[] | undefined;
  chargeMaxCents?: number | undefined;
  /** A customer's credit pays what is invoiced later; off where left out. No rule of the engine's: it decides on no payment. */
  spendCredit?: boolean | undefined;
  /** One more with each change by a person; absent before the first. */
  version?: number | undefined;
};

/** A change of the rules: who, when, why, from what to what. */
export type RulesVersion = { who: string; at: Date; why: string; before: HouseRules | null; after: HouseRules };

/** Bounds of what may be set, in the rule's own unit. */
export const LIMITS = {
  roundingCents: { min: 0, max: DEFAULT_RULES.toleranceCents },
  chargeMaxCents: { min: 0, max: 100_000 },
  /** Rates that the tax authority knows; 7.5 % is that of agents who pay rent. @see KRA, withholding tax */
  withholdingRates: [0.02, 0.03, 0.05, 0.07, 0.075, 0.1, 0.2],
} as const;

/** The rules as the engine takes them. Rules without an order of their own are the shipped ones, to the letter. */
export function engineRules(house: HouseRules | undefined): Rules {
  if (!house) return DEFAULT_RULES;
  const { split, version, spendCredit: _, ...own } = house;
  const set = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return {
    ...DEFAULT_RULES,
    ...set,
    ...(split ? { order: split.filter((one) => one.on).map((one) => one.rule) } : {}),
    version: version === undefined ? DEFAULT_RULES.version : `${DEFAULT_RULES.version}.${version}`,
  };
}

/** The whole order, with what is switched off in its place. */
export const splitOf = (house: HouseRules | undefined): readonly { rule: SplitRule; on: boolean }[] =>
  house?.split ?? SPLIT_ORDER.map((rule) => ({ rule, on: true }));

/**
 * New rules on top of the old: what is left out stays as it is.
 * @param at where in the request they stand
 * @throws {InvalidError} rules_incomplete
 */
export function changedRules(
  before: HouseRules | undefined,
  change: Omit<HouseRules, 'version'>,
  at: '#' | '#/rules' = '#',
): HouseRules {
  const named = change.split?.map((one) => one.rule);
  if (named && (new Set(named).size !== SPLIT_ORDER.length || named.length !== SPLIT_ORDER.length))
    throw new InvalidError(
      'rules_incomplete',
      `name each of these rules once, in your order: ${SPLIT_ORDER.join(', ')}`,
      {
        fields: [{ pointer: `${at}/split`, detail: 'each rule once' }],
      },
    );
  const set = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return { ...change, ...before, ...set, version: (before?.version ?? 0) + 1 };
}

/** Do two sets of rules say the same? Versions aside. */
export const sayTheSame = (a: HouseRules | undefined, b: HouseRules): boolean => words(a) === words(b);

const words = (house: HouseRules | undefined): string => {
  const { version: _, order, ...rules } = engineRules(house);
  return JSON.stringify(
    Object.entries({
      ...rules,
      spendCredit: house?.spendCredit ?? false,
      order: order ?? SPLIT_ORDER,
      roundingCents: rules.roundingCents ?? rules.toleranceCents,
    }).sort(),
  );
};
