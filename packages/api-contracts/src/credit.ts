import { Currency } from '@malipo/values';
import { z } from 'zod';
import { Amount, Id, Instant, Parts, Sum, Why } from './fields.ts';

/** What a payment left over: money of a known customer that pays no invoice yet. */
export const CreditView = z.object({
  id: Id.describe('the payment’s, and its match’s'),
  paymentId: Id,
  receipt: z.string(),
  customerId: Id,
  customerName: z.string().nullable(),
  currency: Currency,
  creditCents: Amount.describe('left over'),
  amountCents: Amount.describe('of the whole payment'),
  receivedAt: Instant,
});
export type CreditView = z.infer<typeof CreditView>;

export const CreditTotals = z.array(z.object({ currency: Currency, count: z.int(), creditCents: Sum }));

/** Nothing: whatever the customer owes is paid, the longest due first. */
export const ApplyCredit = z.strictObject({
  allocations: Parts.min(1).optional(),
  reason: Why.optional(),
});
