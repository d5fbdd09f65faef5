import { defineEvent } from '@malipo/service-kit/event';
import { Id } from '@malipo/values';
import { z } from 'zod';

const Message = z.object({
  messageId: Id,
  paymentId: Id.nullable(),
  customerId: Id.nullable(),
  kind: z.enum(['receipt']),
  medium: z.enum(['sms', 'email']),
  at: z.iso.datetime(),
});

/** A provider took the message. */
export const MessageSent = defineEvent({
  type: 'message.sent',
  version: 1,
  topic: 'notification.events',
  data: Message,
});
/** The provider reports it delivered. */
export const MessageDelivered = defineEvent({
  type: 'message.delivered',
  version: 1,
  topic: 'notification.events',
  data: Message,
});
/** It will not arrive. */
export const MessageFailed = defineEvent({
  type: 'message.failed',
  version: 1,
  topic: 'notification.events',
  data: Message.extend({ reason: z.string() }),
});
