import { line, Msisdn } from '@malipo/values';
import { z } from 'zod';
import { Id, Instant, Mode } from './fields.ts';

const Shortcode = z.string().regex(/^\d{5,7}$/, 'five to seven digits');
const ChannelKind = z.enum(['paybill', 'till']);
const ChannelStatus = z.enum(['open', 'closed']);

/** What a Daraja app and its short code are called by; live ones must pass a call to the provider before they are kept. */
export const ProviderCredentials = z.strictObject({
  consumerKey: z.string().min(1).max(200),
  consumerSecret: z.string().min(1).max(200),
  passkey: z.string().min(1).max(200).describe('of M-Pesa Express (STK)'),
  initiatorName: z.string().min(1).max(100).optional(),
  securityCredential: z.string().min(1).max(2000).optional(),
});

const Validation = z
  .enum(['accept', 'reject_unknown_account'])
  .describe('whether a payment that names no known invoice or account is refused before money moves');

export const NewPaymentChannel = z
  .strictObject({
    rail: z.literal('mpesa'),
    kind: ChannelKind,
    shortcode: Shortcode.describe('the number customers pay to'),
    name: line(100),
    storeNumber: Shortcode.optional().describe('a till’s store (head office) number, which STK wants'),
    mode: Mode.default('live').describe('test uses the provider sandbox and is never mixed with live money'),
    validation: Validation.default('accept'),
    credentials: ProviderCredentials.optional().describe('required for live'),
  })
  .meta({ examples: [{ rail: 'mpesa', kind: 'paybill', shortcode: '600123', name: 'School fees', mode: 'test' }] });

/** A field left out stays as it is. */
export const ChangePaymentChannel = z
  .strictObject({
    name: line(100),
    kind: ChannelKind.describe('what the provider knows the short code as; prompts and validations follow it at once'),
    validation: Validation,
    storeNumber: Shortcode.nullable().describe('a till’s store (head office) number; null removes it'),
    credentials: ProviderCredentials.describe(
      'take the place of those on file; live ones must pass a call to the provider first, and none is ever answered',
    ),
    mode: Mode.describe(
      'never changes: close the test channel and open a live one with the same short code; another mode is refused with 409',
    ),
  })
  .partial();
export type ChangePaymentChannel = z.output<typeof ChangePaymentChannel>;

/** Filters of the channel list; all that are given must hold. */
export const PaymentChannelFilter = z
  .object({ status: ChannelStatus, rail: z.literal('mpesa'), kind: ChannelKind, mode: Mode, shortcode: Shortcode })
  .partial();
export type PaymentChannelFilter = z.output<typeof PaymentChannelFilter>;

export const PaymentChannelView = z
  .object({
    id: Id,
    rail: z.literal('mpesa'),
    kind: ChannelKind,
    shortcode: z.string(),
    storeNumber: z.string().nullable(),
    name: z.string(),
    mode: Mode,
    validation: z.enum(['accept', 'reject_unknown_account']),
    canPrompt: z.boolean().describe('credentials are on file, so STK works'),
    pulls: z.boolean().describe('missing payments are fetched from the provider'),
    status: ChannelStatus.describe(
      'closed: prompts and validations are refused; money that is paid all the same is recorded',
    ),
    closedAt: Instant.nullable(),
    retireOldAt: Instant.nullable().describe('until when the callback secret before the last rotation is honoured'),
    registration: z
      .enum(['not_known', 'current', 'outdated'])
      .describe(
        'whether the provider took the present callback addresses; outdated: it posts to those before, which are refused from retireOldAt on; not_known: they were not registered through us',
      ),
    registeredAt: Instant.nullable().describe('when the provider last took addresses from us'),
    version: z.int(),
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

/** Who changed a channel, when, and from what to what. */
export const PaymentChannelChange = z
  .object({
    id: Id,
    version: z.int().describe('the channel’s, after the change'),
    what: z.enum(['opened', 'changed', 'closed', 'reopened', 'secret_rotated', 'addresses_registered']),
    who: z.string().describe('the user’s id'),
    at: Instant,
    fields: z
      .array(z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() }))
      .describe('what was changed; credentials are named, their values never'),
  })
  .meta({ id: 'PaymentChannelChange' });

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
