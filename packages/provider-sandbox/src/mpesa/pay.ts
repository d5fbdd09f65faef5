import { z } from 'zod';
import { confirm } from './c2b-confirm.ts';
import { validate } from './c2b-validate.ts';
import type { MpesaContext } from './context.ts';
import type { Transaction } from './ledger.ts';
import { type Delivery, DeliveryPlan } from './notify.ts';
import { msisdn } from './payers.ts';
import type { Shortcode } from './shortcodes.ts';

/** The public test subscriber of Daraja's own sandbox. */
const TEST_PHONE = '254708374149';

export const PaymentInput = z.object({
  shortcode: z.string(),
  amountCents: z.int().positive().optional(),
  /** In shillings, where cents would be noise. */
  amount: z.number().positive().optional(),
  /** As the payer types it, however messy. */
  reference: z.string().optional(),
  phone: z.string().optional(),
  names: z
    .object({ first: z.string().optional(), middle: z.string().optional(), last: z.string().optional() })
    .optional(),
  transactionType: z.enum(['Pay Bill', 'Buy Goods', 'Organization To Organization Transfer']).optional(),
  paidAt: z.coerce.date().optional(),
  deliver: DeliveryPlan.optional(),
});
export type PaymentInput = z.infer<typeof PaymentInput>;

export interface PaymentOutcome {
  receipt: string;
  accepted: boolean;
  /** The `C2B000…` code, where validation gave one. */
  rejectCode?: string;
  deliveries: Delivery[];
}

/** A customer pays from the M-Pesa menu: validation, booking, confirmation. Resolves after the last delivery. */
export async function pay(ctx: MpesaContext, input: PaymentInput): Promise<PaymentOutcome> {
  const shortcode = ctx.registry.get(input.shortcode);
  const payment = draft(ctx, shortcode, input);
  const verdict = await validate(ctx, shortcode, payment);
  if (!verdict.accepted) {
    const { receipt, deliveries } = ctx.ledger.book({ ...payment, status: verdict.status });
    return { receipt, accepted: false, ...(verdict.rejectCode && { rejectCode: verdict.rejectCode }), deliveries };
  }
  const { thirdPartyTransId } = verdict;
  const paid = ctx.ledger.book({ ...payment, ...(thirdPartyTransId && { thirdPartyTransId }) }, shortcode.chargeCents);
  await confirm(ctx, shortcode, paid, input.deliver ?? {});
  return { receipt: paid.receipt, accepted: true, deliveries: paid.deliveries };
}

function draft(ctx: MpesaContext, shortcode: Shortcode, input: PaymentInput): Transaction {
  const at = input.paidAt ?? ctx.settings.now();
  const organisation = input.transactionType === 'Organization To Organization Transfer';
  return {
    receipt: ctx.receipt(at),
    shortcode: shortcode.shortcode,
    kind: organisation ? 'organisation_transfer' : 'c2b',
    status: 'Completed',
    transactionType: input.transactionType ?? (shortcode.kind === 'till' ? 'Buy Goods' : 'Pay Bill'),
    amountCents: amountOf(input),
    reference: input.reference ?? '',
    phone: organisation ? '' : msisdn(input.phone ?? TEST_PHONE),
    names: input.names ?? {},
    initiatedAt: at,
    completedAt: at,
    balanceCents: 0,
    deliveries: [],
  };
}

function amountOf({ amountCents, amount }: PaymentInput): number {
  const cents = amountCents ?? Math.round((amount ?? 0) * 100);
  if (!Number.isSafeInteger(cents) || cents <= 0)
    throw new RangeError('a payment needs amountCents or amount above zero');
  return cents;
}
