import { MessageDelivered, MessageFailed, MessageSent } from '@malipo/events';
import { type OutgoingEvent, RaceLostError } from '@malipo/service-kit';
import type { Stores } from '../deps.ts';
import type { Delivery } from '../domain/delivery.ts';

/**
 * Saves what became of a delivery and tells the others; the count and the log line follow the write.
 * @returns the delivery with its new version
 * @throws {RaceLostError} somebody else changed it since `before` was read
 */
export async function recordChange(deps: Stores, before: Delivery, changed: Delivery): Promise<Delivery> {
  const now = deps.now();
  const after = { ...changed, version: before.version + 1 };
  const events = before.status === after.status ? [] : announcements(after, now);
  if (!(await deps.gathered.save({ before, after, events }))) throw new RaceLostError(`delivery ${after.id}`);
  if (before.status !== after.status) {
    const { id, medium, mode, status, reason, paymentId } = after;
    // only our own words: each of a provider's would be a series of its own
    deps.messages.inc({ medium, mode, status, reason: (status === 'skipped' && reason) || '' });
    deps.log.debug({ notificationId: id, paymentId, medium, status, reason }, 'notification changed');
  }
  return after;
}

function announcements(delivery: Delivery, now: Date): OutgoingEvent[] {
  const { id, organisationId, paymentId, customerId, medium, version, cause } = delivery;
  const about = { organisationId, subject: { id, version }, at: now, cause };
  const data = { messageId: id, paymentId, customerId, kind: 'receipt' as const, medium, at: now.toISOString() };
  switch (delivery.status) {
    case 'sent':
      return [MessageSent.create(data, about)];
    case 'delivered':
      return [MessageDelivered.create(data, about)];
    case 'failed':
      return [MessageFailed.create({ ...data, reason: delivery.reason ?? 'unknown' }, about)];
    default:
      return [];
  }
}
