import { Currency } from '@malipo/values';
import { z } from 'zod';
import { Amount, Id, Instant, Mode, Sum } from './fields.ts';

export const TrialBalance = z.object({
  mode: Mode,
  balanced: z.boolean(),
  asOf: Instant,
  currencies: z.array(
    z.object({
      currency: Currency,
      debitCents: Sum,
      creditCents: Sum,
      balanced: z.boolean(),
      accounts: z.array(
        z.object({
          account: z.string().describe('such as receivable, or clearing:mpesa:600100'),
          debitCents: Sum,
          creditCents: Sum,
          balanceCents: Sum.describe('debits less credits'),
        }),
      ),
    }),
  ),
});
export type TrialBalance = z.infer<typeof TrialBalance>;

/** What a ledger entry books. */
export const EntryKind = z.enum([
  'invoice_issued',
  'invoice_changed',
  'invoice_voided',
  'invoice_moved',
  'payment_received',
  'payment_applied',
  'credit_applied',
  'allocation_undone',
  'payment_reversed',
]);

export const LedgerEntryView = z.object({
  id: z.string(),
  mode: Mode,
  currency: Currency,
  at: Instant,
  kind: EntryKind,
  cause: z.string().describe('id of the event or request that caused it'),
  paymentId: Id.nullable(),
  invoiceId: Id.nullable(),
  legs: z.array(
    z.object({
      account: z.string(),
      amountCents: Amount.describe('debit positive, credit negative'),
      customerId: Id.optional(),
      channel: z.string().optional(),
    }),
  ),
});
export type LedgerEntryView = z.infer<typeof LedgerEntryView>;
