import { defineEvent, personal } from '@malipo/service-kit/event';
import { Currency, Id, PayerNumber } from '@malipo/values';
import { z } from 'zod';

/** Test and live money never meet in one sum. */
export const Mode = z.enum(['test', 'live']);
export const Rail = z.enum(['mpesa', 'airtel', 'bank']);

/** What a payment is, as far as the provider's messages tell; the same shape whichever message brought it. */
export const PaymentFacts = z.object({
  paymentId: Id,
  mode: Mode,
  rail: Rail,
  channelId: Id,
  channelKind: z
    .enum(['paybill', 'till', 'stk', 'airtel', 'bank'])
    .describe('how this money came: stk where only the STK callback is known'),
  shortcode: z.string(),
  receipt: z.string(),
  amountCents: z.int().positive(),
  currency: Currency,
  reference: personal(z.string().nullable()).describe('as typed by the payer, verbatim'),
  narrative: personal(z.string().nullable()),
  number: personal(PayerNumber),
  payerNames: personal(z.array(z.string())),
  requestId: Id.nullable().describe('our payment request that this money answers'),
  request: z.object({ customerId: Id.nullable(), invoiceId: Id.nullable() }).nullable(),
  flags: z
    .array(z.string())
    .describe(
      'doubts raised at the door, such as unlisted_sender or odd_time; such money is never applied automatically',
    ),
  paidAt: z.iso.datetime(),
  receivedAt: z.iso.datetime(),
});

/** Money arrived and is recorded; it may still match no invoice. */
export const PaymentReceived = defineEvent({
  type: 'payment.received',
  version: 1,
  topic: 'payment.events',
  data: PaymentFacts,
});

/** The same money was told again by another message, which adds what the first left out. */
export const PaymentEvidenceAdded = defineEvent({
  type: 'payment.evidence-added',
  version: 1,
  topic: 'payment.events',
  data: PaymentFacts.extend({ evidence: z.enum(['c2b', 'stk', 'pull', 'status', 'statement']) }),
});

/** The provider took the money back. */
export const PaymentReversed = defineEvent({
  type: 'payment.reversed',
  version: 1,
  topic: 'payment.events',
  data: z.object({
    paymentId: Id,
    mode: Mode,
    rail: Rail,
    shortcode: z.string(),
    currency: Currency,
    amountCents: z.int(),
    reversalReceipt: z.string(),
    reversedAt: z.iso.datetime(),
  }),
});

/** A prompt was sent to a phone. */
export const PaymentRequestPrompted = defineEvent({
  type: 'payment-request.prompted',
  version: 1,
  topic: 'payment.events',
  data: z.object({
    requestId: Id,
    channelId: Id,
    mode: Mode,
    invoiceId: Id.nullable(),
    customerId: Id.nullable(),
    accountReference: z.string(),
    amountCents: z.int(),
    promptedAt: z.iso.datetime(),
  }),
});

/** A prompt came to its end. */
export const PaymentRequestSettled = defineEvent({
  type: 'payment-request.settled',
  version: 1,
  topic: 'payment.events',
  data: z.object({
    requestId: Id,
    mode: Mode,
    status: z.enum(['succeeded', 'cancelled', 'failed', 'expired']),
    paymentId: Id.nullable(),
    resultCode: z.string(),
    settledAt: z.iso.datetime(),
  }),
});
