import { defineEvent, personal } from '@malipo/service-kit/event';
import { Currency, Id } from '@malipo/values';
import { z } from 'zod';
import { Mode } from './payment-events.ts';

/** One reason: its code, and what it speaks of, as an invoice's number. Events from before there were codes hold sentences. */
export const Because = z.union([
  z.object({ code: z.string(), detail: z.string().optional(), score: z.number() }),
  z.object({ en: z.string(), sw: z.string(), score: z.number() }),
]);

/** Part of a payment applied to one invoice; `version` rises with each change of this allocation, 0 cents takes it back. */
export const Allocation = z.object({
  allocationId: Id,
  invoiceId: Id,
  invoiceNumber: z.string(),
  amountCents: z.int().nonnegative(),
  roundingCents: z.int().nonnegative().describe('a crumb of up to KES 5 closed with it'),
  version: z.int().positive(),
});

const Decided = z.object({
  paymentId: Id,
  matchId: Id.describe('always the payment’s id'),
  mode: Mode,
  currency: Currency,
  amountCents: z.int(),
  decision: z.enum(['auto', 'suggested', 'unmatched', 'confirmed', 'rejected', 'undone']),
  reason: z.string(),
  confidence: z.number().min(0).max(1),
  customerId: Id.nullable(),
  allocations: z.array(Allocation),
  creditCents: z.int().nonnegative().describe('kept as the customer’s credit'),
  unappliedCents: z.int().nonnegative().describe('belongs to no known customer yet'),
  because: personal(z.array(Because)),
  decidedBy: z.string().describe('engine, or a user id'),
  decidedAt: z.iso.datetime(),
});

/** Money was applied: to invoices, to the customer's credit, or both; a line of 0 cents takes back what an older version of it applied. */
export const PaymentAllocated = defineEvent({
  type: 'payment.allocated',
  version: 1,
  topic: 'reconciliation.events',
  data: Decided.extend({
    receipt: z.string(),
    /** What a receipt to the payer needs, so that notification asks nobody. */
    payer: personal(z.object({ msisdn: z.string().nullable().describe('only where the provider sent it in full') })),
    balanceCents: z.int().describe('what the customer still owes after this, over all its invoices'),
  }),
});

/** A person must look: the evidence suggests something but not enough; the allocations are what is suggested, nothing of them is applied. */
export const PaymentNeedsReview = defineEvent({
  type: 'payment.needs-review',
  version: 1,
  topic: 'reconciliation.events',
  data: Decided,
});

/** Nobody it could belong to. */
export const PaymentUnmatched = defineEvent({
  type: 'payment.unmatched',
  version: 1,
  topic: 'reconciliation.events',
  data: Decided,
});

/** What was applied is taken back: by a person, a void, a reversal or better evidence. Allocations carry 0 cents and a higher version. */
export const AllocationUndone = defineEvent({
  type: 'allocation.undone',
  version: 1,
  topic: 'reconciliation.events',
  data: Decided,
});

/** A payer's key now stands for a customer. */
export const AliasLearned = defineEvent({
  type: 'alias.learned',
  version: 1,
  topic: 'reconciliation.events',
  data: z.object({ paymentId: Id, customerId: Id }),
});

/** A person refused a suggestion. */
export const SuggestionRefused = defineEvent({
  type: 'suggestion.refused',
  version: 1,
  topic: 'reconciliation.events',
  data: z.object({ paymentId: Id, customerId: Id.nullable(), refusedBy: z.string(), reason: z.string() }),
});
