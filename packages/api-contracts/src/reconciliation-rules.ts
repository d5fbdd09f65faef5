import { Currency } from '@malipo/values';
import { z } from 'zod';
import { Amount, Id, Instant, Sum, Why } from './fields.ts';

const Limit = z.int().positive().nullable().describe('null: no limit');
const SplitRule = z.enum(['named', 'equal', 'rounding', 'sum', 'net', 'oldest first']);

/** When money is applied without a person, and how it is split. What is left out of the optional part stays as it is. */
export const SetReconciliationRules = z.strictObject({
  automatic: z.boolean().describe('off: the engine only suggests'),
  autoLimitCents: Limit,
  firstPayerLimitCents: Limit,
  split: z
    .array(z.strictObject({ rule: SplitRule, on: z.boolean() }))
    .length(6)
    .optional()
    .describe('all six in your order: the first that is on and fits splits the money'),
  roundingCents: z.int().min(0).max(500).optional(),
  withholdingRates: z
    .array(z.literal([0.02, 0.03, 0.05, 0.07, 0.075, 0.1, 0.2]))
    .max(7)
    .optional(),
  chargeMaxCents: z.int().min(0).max(100_000).optional(),
  spendCredit: z.boolean().optional().describe('a customer’s credit pays what is invoiced later'),
  reason: Why.optional(),
  expectedVersion: z.int().min(0).max(1_000_000).optional().describe('the version that was looked at'),
});
export type SetReconciliationRules = z.infer<typeof SetReconciliationRules>;

/** Rules to be tried on past payments. */
export const TriedRules = SetReconciliationRules.omit({ spendCredit: true, reason: true, expectedVersion: true });
export type TriedRules = z.infer<typeof TriedRules>;

export const ReadableRule = z.object({
  id: z.string(),
  stage: z.enum(['split', 'limit', 'guard']),
  on: z.boolean(),
  switchable: z.boolean(),
  orderable: z.boolean(),
  en: z.string(),
  sw: z.string(),
  parameters: z.array(
    z.object({
      name: z.string(),
      value: z.union([z.number(), z.array(z.number()), z.null()]),
      unit: z.enum(['cents', 'share']),
      min: z.number().optional(),
      max: z.number().optional(),
      oneOf: z.array(z.number()).optional(),
      changeable: z.boolean(),
    }),
  ),
});

/** The settings, and the same as a list that people read. */
export const ReconciliationRules = z.object({
  automatic: z.boolean(),
  autoLimitCents: Amount.nullable(),
  firstPayerLimitCents: Amount.nullable(),
  split: z.array(z.object({ rule: SplitRule, on: z.boolean() })),
  roundingCents: Amount,
  withholdingRates: z.array(z.number()),
  chargeMaxCents: Amount,
  spendCredit: z.boolean(),
  version: z.int().describe('0: never changed'),
  name: z.string().describe('what decisions call these rules'),
  rules: z.array(ReadableRule),
});
export type ReconciliationRules = z.infer<typeof ReconciliationRules>;

export const RulesVersion = z.object({
  version: z.int(),
  at: Instant,
  who: z.string(),
  why: z.string(),
  before: ReconciliationRules.omit({ rules: true }),
  after: ReconciliationRules.omit({ rules: true }),
});
export type RulesVersion = z.infer<typeof RulesVersion>;
export const RulesVersions = z.object({ data: z.array(RulesVersion) });
export type RulesVersions = z.infer<typeof RulesVersions>;

/** A decision in few words, for comparing two. */
export const BriefDecision = z.object({
  outcome: z.string(),
  reason: z.string(),
  confidence: z.number(),
  rule: z.string().nullable(),
  customerId: Id.nullable(),
  allocations: z.array(z.object({ invoiceId: Id, amountCents: Amount })),
  guards: z.array(z.string()),
});
export type BriefDecision = z.infer<typeof BriefDecision>;

export const TestRules = z.strictObject({
  rules: TriedRules,
  from: Instant.describe('payments that arrived from this time on'),
  to: Instant.describe('and before this'),
});

/** What other rules would have decided on past payments; nothing acts. */
export const RulesTest = z.object({
  payments: z.int(),
  more: z.boolean().describe('the period holds more payments than were played'),
  differ: z.int(),
  becomeAutomatic: z.object({ count: z.int(), againstPeople: z.int().describe('a person settled these otherwise') }),
  becomeManual: z.object({ count: z.int() }),
  splitOtherwise: z.object({ count: z.int() }),
  byCurrency: z.array(
    z.object({
      currency: Currency,
      becomeAutomaticCents: Sum,
      becomeManualCents: Sum,
      splitOtherwiseCents: Sum,
    }),
  ),
  examples: z.array(
    z.object({
      paymentId: Id,
      receivedAt: Instant,
      amountCents: Amount,
      currency: Currency,
      old: BriefDecision,
      new: BriefDecision,
      why: z.object({ en: z.string(), sw: z.string() }),
    }),
  ),
});
export type RulesTest = z.infer<typeof RulesTest>;
