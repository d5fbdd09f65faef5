import { createPublicKey, verify } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../test/receiver.ts';
import { postJson, startSandbox } from '../../test/support.ts';
import type { Sandbox } from '../index.ts';

let sandbox: Sandbox;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  sandbox = await startSandbox();
  sandbox.email.configure({ apiKey: 'SG.test', webhookUrl: `${receiver.url}/events` });
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const mail = (changes: Record<string, unknown> = {}) => ({
  personalizations: [{ to: [{ email: 'jane@example.co.ke' }], custom_args: { notificationId: 'n-1' } }],
  from: { email: 'billing@example.co.ke', name: 'ACME' },
  subject: 'Receipt UAF5X0A1B2',
  content: [{ type: 'text/plain', value: 'Thank you' }],
  ...changes,
});
const send = (changes: Record<string, unknown> = {}, key = 'SG.test') =>
  postJson(`${sandbox.url}/v3/mail/send`, mail(changes), { authorization: `Bearer ${key}` });

/** Checks a webhook as its receiver should. */
function isSigned({ headers, raw }: Receiver['received'][number]): boolean {
  const key = createPublicKey({ key: Buffer.from(sandbox.email.publicKey, 'base64'), format: 'der', type: 'spki' });
  const timestamp = String(headers['x-twilio-email-event-webhook-timestamp']);
  const signature = Buffer.from(String(headers['x-twilio-email-event-webhook-signature']), 'base64');
  return verify('sha256', Buffer.from(timestamp + raw), key, signature);
}

it('answers 202 with nothing but an id', async () => {
  const reply = await send();
  expect([reply.status, reply.text]).toEqual([202, '']);
  expect(sandbox.email.sent()).toMatchObject([
    {
      messageId: reply.headers.get('x-message-id'),
      to: 'jane@example.co.ke',
      from: 'billing@example.co.ke',
      subject: 'Receipt UAF5X0A1B2',
      content: [{ type: 'text/plain', value: 'Thank you' }],
    },
  ]);
});

it('refuses a wrong key and a message without recipients', async () => {
  expect((await send({}, 'SG.other')).status).toBe(401);
  const bad = await send({ personalizations: [{ to: [] }] });
  expect([bad.status, bad.said.errors?.[0]?.field]).toEqual([400, 'personalizations.0.to']);
});

it('signs its events over the exact bytes', async () => {
  const { headers } = await send();
  await sandbox.email.settled();
  const [webhook] = receiver.received;
  expect(webhook && isSigned(webhook)).toBe(true);
  expect(webhook?.json).toMatchObject([
    { event: 'processed', email: 'jane@example.co.ke', notificationId: 'n-1', timestamp: 1768455072 },
    { event: 'delivered', sg_message_id: expect.stringContaining(headers.get('x-message-id') ?? '?') },
  ]);
});

it('bounces and repeats on demand, with the same event ids', async () => {
  sandbox.email.mailbox('Jane@example.co.ke').behave({ events: ['bounce'], copies: 2 });
  await send();
  await sandbox.email.settled();
  const [first, second] = receiver.bodies('/events');
  expect(first).toMatchObject([{ event: 'bounce', status: '5.1.1' }]);
  expect(second).toEqual(first);
  expect(sandbox.email.sent()[0]?.events).toHaveLength(1);
});

it('can sign badly, and fail', async () => {
  sandbox.email.configure({ badSignature: true });
  await send();
  await sandbox.email.settled();
  expect(receiver.received[0] && isSigned(receiver.received[0])).toBe(false);
  sandbox.email.fault({ kind: 'spike_arrest' });
  expect((await send()).status).toBe(429);
});
