import { Cents, Currency, line, MobileMsisdn, Msisdn, PayerNumber } from '@malipo/values';
import { z } from 'zod';
import { Because, Id, Instant, Mode } from './fields.ts';

const Shortcode = z.string().regex(/^\d{5,7}$/, 'five to seven digits');

/** What a Daraja app and its short code are called by; live ones must pass a call to the provider before they are kept. */
export const ProviderCredentials = z.strictObject({
  consumerKey: z.string().min(1).max(200),
  consumerSecret: z.string().min(1).max(200),
  passkey: z.string().min(1).max(200).describe('of M-Pesa Express (STK)'),
  initiatorName: z.string().min(1).max(100).optional(),
  securityCredential: z.string().min(1).max(2000).optional(),
});

export const NewPaymentChannel = z
  .strictObject({
    rail: z.literal('mpesa'),
    kind: z.enum(['paybill', 'till']),
    shortcode: Shortcode.describe('the number customers pay to'),
    name: line(100),
    storeNumber: Shortcode.optional().describe('a till’s store (head office) number, which STK wants'),
    mode: Mode.default('live').describe('test uses the provider sandbox and is never mixed with live money'),
    validation: z
      .enum(['accept', 'reject_unknown_account'])
      .default('accept')
      .describe('whether a payment that names no known invoice or account is refused before money moves'),
    credentials: ProviderCredentials.optional().describe('required for live'),
  })
  .meta({ examples: [{ rail: 'mpesa', kind: 'paybill', shortcode: '600123', name: 'School fees', mode: 'test' }] });

export const PaymentChannelView = z
  .object({
    id: Id,
    rail: z.literal('mpesa'),
    kind: z.enum(['paybill', 'till']),
    shortcode: z.string(),
    storeNumber: z.string().nullable(),
    name: z.string(),
    mode: Mode,
    validation: z.enum(['accept', 'reject_unknown_account']),
    canPrompt: z.boolean().describe('credentials are on file, so STK works'),
    pulls: z.boolean().describe('missing payments are fetched from the provider'),
    retireOldAt: Instant.nullable().describe('until when the callback secret before the last rotation is honoured'),
    createdAt: Instant,
  })
  .meta({ id: 'PaymentChannel' });

/** Addresses to give to the provider. They contain the channel's secret: treat them as passwords. */
export const CallbackUrls = z.object({
  validation: z.url(),
  confirmation: z.url(),
  stk: z.url(),
  result: z.url(),
  timeout: z.url(),
  pull: z.url(),
});

export const CreatedPaymentChannel = PaymentChannelView.extend({ callbackUrls: CallbackUrls }).meta({
  id: 'CreatedPaymentChannel',
});

export const RotateSecret = z.strictObject({
  retireOldAt: Instant.optional().describe('until when the old addresses stay valid too; 30 days by default'),
});

export const RegisterUrls = z.strictObject({
  responseType: z
    .enum(['Completed', 'Cancelled'])
    .default('Completed')
    .describe('what M-Pesa does when validation cannot be reached'),
  pullNumber: Msisdn.optional().describe('nominated number for Pull; with it, missing payments are fetched'),
});

export const RegisteredUrls = z.object({ confirmation: z.boolean(), pull: z.boolean() });

export const UnreadableCallbackView = z
  .object({
    id: Id,
    channelId: Id,
    kind: z.string(),
    reason: z.string(),
    count: z.int().describe('how often the very same bytes came'),
    bytes: z.int(),
    body: z.string().describe('the first 64 KiB, as text'),
    from: z.string().describe('address of the sender'),
    firstAt: Instant,
    lastAt: Instant,
  })
  .meta({ id: 'UnreadableCallback' });

export const PaymentRequestStatus = z.enum(['created', 'prompted', 'succeeded', 'cancelled', 'failed', 'expired']);

export const NewPaymentRequest = z
  .strictObject({
    invoiceId: Id.optional(),
    accountReference: z
      .string()
      .regex(/^[A-Za-z0-9]{1,12}$/, 'one to twelve letters and digits')
      .optional()
      .describe('shown on the prompt; taken from the invoice number where an invoice is named'),
    phone: MobileMsisdn,
    amountCents: Cents.meta({
      description: 'in cents, as all money; M-Pesa moves whole shillings, from KES 1 to KES 250,000',
      ...{ minimum: 100, maximum: 25_000_000, multipleOf: 100 }, // refused by the service, with codes of their own
    }),
    channelId: Id.optional().describe('may be left out where there is only one'),
    description: line(13).optional(),
  })
  .refine((body) => body.invoiceId !== undefined || body.accountReference !== undefined, {
    message: 'name an invoiceId or an accountReference',
    path: ['invoiceId'],
  })
  .meta({ examples: [{ accountReference: 'ADM1001', phone: '0712345678', amountCents: 150_000 }] });

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
