import { z } from 'zod';
import { Id, Instant } from './fields.ts';

export const NotificationStatus = z
  .enum(['queued', 'claimed', 'sent', 'delivered', 'failed', 'unknown', 'skipped'])
  .describe('unknown: it may have left; it is never sent again by itself')
  .meta({ id: 'NotificationStatus' });

export const NotificationQuery = z.object({
  status: NotificationStatus.optional(),
  paymentId: Id.optional(),
  customerId: Id.optional(),
});

const facts = {
  id: Id,
  kind: z.enum(['receipt']),
  medium: z.enum(['sms', 'email']),
  mode: z.enum(['test', 'live']),
  paymentId: Id,
  customerId: Id.nullable(),
  status: NotificationStatus,
  reason: z.string().nullable().describe('why it failed, was skipped or is unknown'),
  to: z.string().nullable().describe('number or address, masked'),
  attempts: z.int(),
  queuedAt: Instant,
  claimedAt: Instant.nullable(),
  settledAt: Instant.nullable(),
  version: z.int(),
};

/** A row of the list. */
export const NotificationSummary = z.object(facts).meta({ id: 'NotificationSummary' });

export const NotificationView = z
  .object({
    ...facts,
    subject: z.string().nullable(),
    text: z.string().nullable().describe('as it was sent; null until it is claimed'),
    resolvedBy: Id.nullable().describe('the user who settled it or had it sent again'),
  })
  .meta({ id: 'Notification' });

export const ResolveNotificationRequest = z.strictObject({ outcome: z.enum(['sent', 'failed']) });
