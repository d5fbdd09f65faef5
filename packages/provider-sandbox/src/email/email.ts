import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { createFaults, type Fault, type Faults } from '../faults.ts';
import type { ProviderDeps } from '../provider.ts';
import { mailPlugin } from './mail-send.ts';
import { createWebhookSigner, type WebhookSigner } from './webhook.ts';

export const EmailSettings = z.object({
  /** Without one, any key is good. */
  apiKey: z.string().optional(),
  webhookUrl: z.string().optional(),
  /** Signs other bytes than it sends. */
  badSignature: z.boolean().optional(),
});
export type EmailSettings = z.infer<typeof EmailSettings>;

const EventName = z.enum([
  'processed',
  'deferred',
  'delivered',
  'bounce',
  'dropped',
  'open',
  'click',
  'spamreport',
  'unsubscribe',
]);

export const MailboxBehaviour = z.object({
  /** In this order; `['processed', 'delivered']` by default, none when empty. */
  events: z.array(EventName).optional(),
  /** The batch is posted this many times, with the same event ids. */
  copies: z.int().min(1).optional(),
  delayMs: z.int().min(0).optional(),
});
export type MailboxBehaviour = z.infer<typeof MailboxBehaviour>;

/** One element of a webhook's batch; custom args of the message lie beside these fields. */
export interface EmailEvent {
  email: string;
  timestamp: number;
  event: z.infer<typeof EventName>;
  sg_event_id: string;
  sg_message_id: string;
  [field: string]: unknown;
}

/** One message to one recipient, as the provider took it in. */
export interface SentEmail {
  messageId: string;
  to: string;
  from: string;
  subject: string;
  content: { type: string; value: string }[];
  attachments: { filename: string; type?: string | undefined; content: string }[];
  categories: string[];
  customArgs: Record<string, string>;
  at: Date;
  events: EmailEvent[];
}

export interface EmailControl {
  configure(settings: EmailSettings): void;
  mailbox(address: string): { behave(behaviour: MailboxBehaviour): void };
  sent(): SentEmail[];
  /** Forgets what was sent. */
  clear(): void;
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Base64 SPKI, to verify the webhook with. */
  publicKey: string;
  settled(): Promise<void>;
}

export interface EmailContext extends ProviderDeps {
  faults: Faults;
  config: EmailSettings;
  signer: WebhookSigner;
  sent: SentEmail[];
  behaviourOf(address: string): MailboxBehaviour;
}

export function createEmail(deps: ProviderDeps): {
  plugin: (app: FastifyInstance) => Promise<void>;
  control: EmailControl;
} {
  const behaviours = new Map<string, MailboxBehaviour>();
  const ctx: EmailContext = {
    ...deps,
    faults: createFaults(),
    config: {},
    signer: createWebhookSigner(),
    sent: [],
    behaviourOf: (address) => behaviours.get(address.toLowerCase()) ?? {},
  };
  const control: EmailControl = {
    configure: (settings) => void Object.assign(ctx.config, settings),
    mailbox: (address) => ({ behave: (behaviour) => void behaviours.set(address.toLowerCase(), behaviour) }),
    sent: () => [...ctx.sent],
    clear: () => void ctx.sent.splice(0),
    fault: ctx.faults.add,
    clearFaults: ctx.faults.clear,
    publicKey: ctx.signer.publicKey,
    settled: deps.background.settled,
  };
  return { plugin: mailPlugin(ctx), control };
}
