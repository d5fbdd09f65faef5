import { Cents, Currency, line, MobileMsisdn, PayerNumber } from '@malipo/values';
import { z } from 'zod';
import { alternatives, Because, Id, Instant, Mode } from './fields.ts';

export const PaymentRequestStatus = z.enum(['created', 'prompted', 'succeeded', 'cancelled', 'failed', 'expired']);

const TEXT = { type: 'string' };

export const NewPaymentRequest = z
  .strictObject({
    invoiceId: Id.optional(),
    accountReference: z
      .string()
      .regex(/^[A-Za-z0-9]{1,12}$/, 'one to twelve letters and digits')
      .optional()
      .describe('shown on the prompt; where left out, taken from the invoice’s number: one of the two must be named'),
    phone: MobileMsisdn,
    amountCents: Cents.meta({
      description: 'in cents, as all money; M-Pesa moves whole shillings, from KES 1 to KES 250,000',
      ...{ minimum: 100, maximum: 25_000_000, multipleOf: 100 }, // refused by the service, with codes of their own
    }),
    channelId: Id.optional().describe('may be left out where only one is open'),
    description: line(13).optional(),
  })
  .refine((body) => body.invoiceId !== undefined || body.accountReference !== undefined, {
    message: 'name an invoiceId or an accountReference',
    path: ['invoiceId'],
  })
  .meta({
    ...alternatives({ needs: { invoiceId: TEXT } }, { needs: { accountReference: TEXT } }),
    examples: [{ accountReference: 'ADM1001', phone: '0712345678', amountCents: 150_000 }],
  });

export const PaymentRequestView = z
  .object({
    id: Id,
    status: PaymentRequestStatus,
    mode: Mode,
    channelId: Id,
    invoiceId: Id.nullable(),
    customerId: Id.nullable(),
    accountReference: z.string(),
    phone: z.string(),
    amountCents: z.int(),
    currency: Currency,
    checkoutRequestId: z.string().nullable(),
    resultCode: z.string().nullable(),
    resultDescription: z.string().nullable(),
    paymentId: Id.nullable().describe('null while the provider only says that it was paid'),
    createdAt: Instant,
    promptedAt: Instant.nullable(),
    settledAt: Instant.nullable(),
  })
  .meta({ id: 'PaymentRequest' });

export const PaymentStatus = z.enum([
  'received',
  'allocated',
  'partly_allocated',
  'unallocated',
  'reversed',
  'refunded',
]);

/** Doubts about money; what has one is never applied automatically. */
export const PaymentFlag = z.enum([
  'odd_time',
  'odd_shape',
  'unlisted_sender',
  'amount_conflict',
  'amount_differs_from_request',
]);
export type PaymentFlag = z.infer<typeof PaymentFlag>;

const AllocationView = z.object({
  invoiceId: Id,
  invoiceNumber: z.string(),
  amountCents: z.int(),
  roundingCents: z.int(),
});

export const PaymentView = z
  .object({
    id: Id,
    transactionId: z.string().describe('the provider’s receipt'),
    status: PaymentStatus,
    mode: Mode,
    rail: z.enum(['mpesa', 'airtel', 'bank']),
    channelId: Id,
    channelKind: z.enum(['paybill', 'till', 'stk', 'airtel', 'bank']),
    shortcode: z.string(),
    amountCents: z.int(),
    currency: Currency,
    reference: z.string().nullable().describe('as the payer typed it'),
    payerNames: z.array(z.string()),
    payerNumber: PayerNumber,
    paymentRequestId: Id.nullable(),
    paidAt: Instant,
    receivedAt: Instant,
    evidence: z.array(z.string()).describe('which messages told of this money: stk, c2b, pull'),
    repeats: z.int().describe('deliveries of a message beyond its first'),
    flags: z.array(PaymentFlag),
    customerId: Id.nullable(),
    decision: z.string().nullable().describe('null until reconciliation has decided'),
    reason: z.string().nullable(),
    confidence: z.number().nullable(),
    because: z.array(Because).describe('why, in sentences'),
    allocations: z.array(AllocationView).describe('what was applied to which invoice'),
    suggestions: z.array(AllocationView).describe('what a person is asked to confirm'),
    creditCents: z.int(),
    unappliedCents: z.int(),
    decidedAt: Instant.nullable(),
  })
  .meta({ id: 'Payment' });

export const RawMessageView = z.object({
  kind: z.string(),
  body: z.string(),
  bytes: z.int(),
  from: z.string(),
  receivedAt: Instant,
});
