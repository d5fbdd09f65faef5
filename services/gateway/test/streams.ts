import { randomUUID } from 'node:crypto';
import { PaymentReversed } from '@malipo/events';
import type { Gateway } from './support.ts';

/** Opens an event stream and keeps what comes. */
export async function openStream(gateway: Gateway, token: string, headers: Record<string, string> = {}) {
  const abort = new AbortController();
  const answer = await gateway.fetch('/api/v1/events/stream', { token, headers, signal: abort.signal });
  let text = '';
  const ended = (async () => {
    for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString();
  })().catch(() => undefined);
  return {
    answer,
    ended,
    text: () => text,
    ids: () => [...text.matchAll(/^id: (.+)$/gm)].map(([, id]) => id),
    messages: () => [...text.matchAll(/^data: (.+)$/gm)].map(([, json = '']) => JSON.parse(json)),
    close: () => abort.abort(),
  };
}

/** What an event is about: a subject of its own. */
export const about = (organisationId: string, at = new Date()) => ({
  organisationId,
  subject: { id: randomUUID(), version: 1 },
  at,
});

/** An event that streams tell. */
export const reversal = (organisationId: string, at?: Date, reversalReceipt = 'UB1') =>
  PaymentReversed.create(
    {
      paymentId: randomUUID(),
      mode: 'test',
      rail: 'mpesa',
      shortcode: '600000',
      currency: 'KES',
      amountCents: 150_000,
      reversalReceipt,
      reversedAt: new Date().toISOString(),
    },
    about(organisationId, at),
  );
