import { ConflictError } from '@malipo/service-kit/errors';
import { type Delivery, type DeliveryStatus, WORTH_SENDING_MS } from './delivery.ts';

/**
 * What a person found out about a message of unknown fate.
 * @throws {ConflictError} notification_not_unknown
 */
export function resolve(delivery: Delivery, outcome: 'sent' | 'failed', by: string, now: Date): Delivery {
  if (delivery.status !== 'unknown')
    throw new ConflictError('notification_not_unknown', `the notification is ${delivery.status}; nothing is open`);
  return { ...delivery, status: outcome, reason: 'resolved_by_person', resolvedBy: by, settledAt: now };
}

const RESENDABLE: ReadonlySet<DeliveryStatus> = new Set(['unknown', 'failed', 'skipped']);

/**
 * Sends once more because a person says so; the only way to a second message about one payment. It tells the newest
 * decision.
 * @throws {ConflictError} notification_not_resendable
 */
export function resend(delivery: Delivery, by: string, now: Date): Delivery {
  if (!RESENDABLE.has(delivery.status))
    throw new ConflictError(
      'notification_not_resendable',
      `the notification is ${delivery.status}; only one that is unknown, failed or skipped can be sent again`,
    );
  const told: Delivery = { ...delivery, ...delivery.news, news: null };
  // one that is undone without news beside it still holds what it would have told
  if (!told.facts || (delivery.reason === 'undone' && !delivery.news))
    throw new ConflictError(
      'notification_not_resendable',
      'the money was taken back: there is nothing to tell until the payment is applied again',
    );
  return {
    ...told,
    status: 'queued',
    reason: 'resent_by_person',
    resolvedBy: by,
    queuedAt: now,
    dueAt: now,
    expiresAt: new Date(now.getTime() + WORTH_SENDING_MS),
    settledAt: null,
  };
}
