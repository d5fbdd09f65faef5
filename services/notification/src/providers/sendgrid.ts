import { type KeyObject, verify } from 'node:crypto';
import { createHttpClient } from '@malipo/service-kit';
import { z } from 'zod';
import type { Report } from '../domain/report.ts';
import { attempt } from './attempt.ts';
import type { MessageProvider } from './message-provider.ts';

/**
 * SendGrid v3 mail send; our delivery id and which attempt it is travel as custom arguments, which come back in its events.
 * `attempt` is a field of its own there.
 */
export function createSendGrid(options: {
  url: string;
  apiKey: string;
  from: string;
  timeoutMs: number;
}): MessageProvider {
  const { url, apiKey, from, timeoutMs } = options;
  const client = createHttpClient('email', { baseURL: url, timeoutMs });
  return {
    send: ({ to, subject, text, senderName, deliveryId, attempt: deliveryAttempt, traceparent }) =>
      attempt(
        () =>
          client.request({
            method: 'POST',
            url: '/v3/mail/send',
            headers: { authorization: `Bearer ${apiKey}` },
            data: {
              personalizations: [
                { to: [{ email: to }], custom_args: { deliveryId, deliveryAttempt: String(deliveryAttempt) } },
              ],
              from: { email: from, name: senderName },
              subject: subject ?? '',
              content: [{ type: 'text/plain', value: text }],
            },
            traceparent,
          }),
        ({ headers }) => {
          const id = headers['x-message-id'];
          return { kind: 'accepted', providerId: typeof id === 'string' ? id : null };
        },
      ),
    close: () => client.close(),
  };
}

/**
 * Checks the signed event webhook: ECDSA P-256 with SHA-256 over the timestamp's text and the raw body.
 * A recorded one may come again, as SendGrid's own repeats do: reports bear repetition.
 * @param timestamp the header's text, verbatim
 */
export function isSignedBy(
  keys: readonly KeyObject[],
  { signature, timestamp, body }: { signature: string; timestamp: string; body: Buffer },
): boolean {
  const signed = Buffer.concat([Buffer.from(timestamp), body]);
  const bytes = Buffer.from(signature, 'base64');
  return keys.some((key) => key.asymmetricKeyType === 'ec' && verify('sha256', signed, key, bytes));
}

const EmailEvent = z.looseObject({
  event: z.string(),
  deliveryId: z.uuid().optional().catch(undefined),
  /** Absent in events of what was sent before it was told. */
  deliveryAttempt: z.coerce.number().int().positive().nullable().default(null).catch(null),
});
type EmailEvent = z.output<typeof EmailEvent>;

/** What comes together is about messages of many: one that cannot be read must not take the others with it. */
export const EmailEvents = z.array(EmailEvent.nullable().catch(null)).max(10_000);

const KINDS = new Map<string, Report['kind']>([
  ['processed', 'sent'],
  ['deferred', 'sent'],
  ['delivered', 'delivered'],
  ['open', 'delivered'],
  ['click', 'delivered'],
  ['bounce', 'failed'],
  ['dropped', 'failed'],
]);

/** @returns undefined for what is no delivery news (unsubscribe, …) or not about a message of ours */
export function toEmailReport(event: EmailEvent | null) {
  const kind = event && KINDS.get(event.event);
  if (!kind || !event.deliveryId) return undefined;
  // the reason may quote the address, so only the kind of failure is kept
  return {
    deliveryId: event.deliveryId,
    report: {
      kind,
      providerId: null,
      attempt: event.deliveryAttempt,
      reason: kind === 'failed' ? event.event : null,
    },
  };
}
