import type { EmailContext, EmailEvent, SentEmail } from './email.ts';
import { SIGNATURE_HEADER, TIMESTAMP_HEADER } from './webhook.ts';

const DETAILS: Partial<Record<EmailEvent['event'], Record<string, string>>> = {
  delivered: { response: '250 OK' },
  bounce: { reason: '550 5.1.1 The email account does not exist', status: '5.1.1', type: 'bounce' },
  dropped: { reason: 'Bounced Address', status: '5.0.0' },
  deferred: { response: '451 4.7.1 Please try again later', attempt: '1' },
};

/** Posts one signed batch with the events of a message that its recipient's behaviour asks for. */
export async function sendEvents(ctx: EmailContext, message: SentEmail): Promise<void> {
  const { events = ['processed', 'delivered'], copies = 1 } = ctx.behaviourOf(message.to);
  const batch = events.map((event) => createEvent(ctx, message, event));
  message.events.push(...batch);
  for (let copy = 0; copy < copies; copy += 1) await postBatch(ctx, batch);
}

function createEvent({ settings, random }: EmailContext, message: SentEmail, event: EmailEvent['event']): EmailEvent {
  return {
    ...message.customArgs,
    email: message.to,
    timestamp: Math.floor(settings.now().getTime() / 1000),
    event,
    sg_event_id: random.hex(22),
    sg_message_id: `${message.messageId}.recvd-${random.hex(10)}-0`,
    'smtp-id': `<${message.messageId}@sandbox.invalid>`,
    ...(message.categories.length > 0 && { category: message.categories }),
    ...DETAILS[event],
  };
}

/** Signed, unless a test wants to see a bad signature refused. */
async function postBatch(ctx: EmailContext, batch: unknown[]): Promise<number | 'unanswered'> {
  const { webhookUrl: url, badSignature } = ctx.config;
  if (!url) return 'unanswered';
  const body = JSON.stringify(batch);
  const timestamp = String(Math.floor(ctx.settings.now().getTime() / 1000));
  const signature = ctx.signer.sign(timestamp, badSignature ? `${body} ` : body);
  const answer = await ctx.deliverer.post({
    url,
    body,
    contentType: 'application/json',
    headers: { [SIGNATURE_HEADER]: signature, [TIMESTAMP_HEADER]: timestamp },
    timeoutMs: ctx.settings.timings.deliveryTimeoutMs,
  });
  return answer.status;
}
