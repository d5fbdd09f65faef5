import { createHttpClient } from '@malipo/service-kit';
import { z } from 'zod';
import type { Outcome } from '../domain/delivery.ts';
import type { Report } from '../domain/report.ts';
import { attempt } from './attempt.ts';
import type { MessageProvider } from './message-provider.ts';

const Answer = z.looseObject({
  SMSMessageData: z.looseObject({
    Recipients: z
      .array(
        z.looseObject({
          statusCode: z.coerce.number(),
          status: z.string().default(''),
          messageId: z.string().default('None'),
        }),
      )
      .default([]),
    Message: z.string().default(''),
  }),
});

/** 100 processed, 101 sent, 102 queued. */
const TAKEN = new Set([100, 101, 102]);
/** 500 internal, 501 gateway: it may have left all the same. */
const UNSURE = new Set([500, 501]);

/**
 * Africa's Talking bulk SMS, one recipient a request. Its sends are not idempotent, so nothing is ever repeated here.
 * @see docs/providers.md, Africa's Talking
 */
export function createAfricasTalking(options: {
  url: string;
  username: string;
  apiKey: string;
  sender: string;
  timeoutMs: number;
}): MessageProvider {
  const { url, username, apiKey, sender, timeoutMs } = options;
  const client = createHttpClient('sms', { baseURL: url, timeoutMs });
  return {
    send: ({ to, text, traceparent }) =>
      attempt(
        () =>
          client.request({
            method: 'POST',
            url: '/version1/messaging',
            headers: {
              apikey: apiKey,
              accept: 'application/json',
              'content-type': 'application/x-www-form-urlencoded',
            },
            data: new URLSearchParams({
              username,
              to: `+${to}`,
              message: text,
              bulkSMSMode: '1',
              ...(sender ? { from: sender } : {}),
            }).toString(),
            traceparent,
          }),
        (answer) => readAnswer(answer.data),
      ),
    close: () => client.close(),
  };
}

/** A 201 can contain a refusal; an answer that cannot be read says nothing about what happened. */
export function readAnswer(data: unknown): Outcome {
  const answer = Answer.safeParse(data);
  if (!answer.success) return { kind: 'unknown', reason: 'answer_unreadable' };
  const { Recipients, Message } = answer.data.SMSMessageData;
  const [recipient] = Recipients;
  // without recipients the message names why nothing was sent, such as InvalidSenderId
  if (!recipient) return { kind: 'refused', reason: reasonOf(Message || 'no_recipient') };
  const { statusCode, status, messageId } = recipient;
  if (TAKEN.has(statusCode)) return { kind: 'accepted', providerId: messageId === 'None' ? null : messageId };
  return { kind: UNSURE.has(statusCode) ? 'unknown' : 'refused', reason: reasonOf(`${statusCode}_${status}`) };
}

const reasonOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 60);

/** A delivery report as it comes in: form fields, unsigned. */
export const SmsReport = z.looseObject({
  id: z.string().min(1).max(200),
  status: z.string().min(1),
  phoneNumber: z.string().max(40).catch(''),
  failureReason: z.string().optional(),
});

const FINAL = new Map<string, Report['kind']>([
  ['Success', 'delivered'],
  ['Failed', 'failed'],
  ['Rejected', 'failed'],
]);

/** Sent, Submitted, Buffered, AbsentSubscriber and Expired are stations on the way, whatever their names say. */
export const toReport = ({ id, status, failureReason }: z.output<typeof SmsReport>): Report => ({
  kind: FINAL.get(status) ?? 'sent',
  providerId: id,
  reason: FINAL.get(status) === 'failed' ? reasonOf(failureReason || status) : null,
});
