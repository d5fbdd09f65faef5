import { toMsisdn } from '@malipo/values';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { createFaults, type Fault, type Faults } from '../faults.ts';
import type { ProviderDeps } from '../provider.ts';
import { smsPlugin } from './messaging.ts';
import { type DeliveryReport, postForm, sendReports } from './reports.ts';

export const SmsSettings = z.object({
  username: z.string().optional(),
  /** Without one, any key is good. */
  apiKey: z.string().optional(),
  /** Sender ids that are registered; any is good without a list. */
  senderIds: z.array(z.string()).optional(),
  deliveryReportUrl: z.string().optional(),
  optOutUrl: z.string().optional(),
  incomingUrl: z.string().optional(),
  /** KES per segment, as text with four decimals on the wire. */
  price: z.number().min(0).optional(),
  /** Whether reports are sent at all. */
  reports: z.boolean().optional(),
});
export type SmsSettings = z.infer<typeof SmsSettings>;

export const ReportStatus = z.enum([
  'Sent',
  'Submitted',
  'Buffered',
  'AbsentSubscriber',
  'Expired',
  'Success',
  'Failed',
  'Rejected',
]);
export type ReportStatus = z.infer<typeof ReportStatus>;

export const RecipientBehaviour = z.object({
  /** The synchronous result, such as 406; reports follow for those under 400 only. */
  statusCode: z.int().optional(),
  /** Delivery reports in this order; `['Success']` by default, none when empty. */
  reports: z.array(ReportStatus).optional(),
  failureReason: z.string().optional(),
  networkCode: z.string().optional(),
  /** Each report is sent this many times. */
  copies: z.int().min(1).optional(),
  delayMs: z.int().min(0).optional(),
  /** `"None"` in place of an id, as failures have it. */
  withoutId: z.boolean().optional(),
});
export type RecipientBehaviour = z.infer<typeof RecipientBehaviour>;

/** One message to one recipient, as the provider took it in. */
export interface SentSms {
  messageId: string;
  /** `+254…`, as it was addressed. */
  to: string;
  from: string;
  text: string;
  segments: number;
  statusCode: number;
  at: Date;
  reports: DeliveryReport[];
}

export interface SmsControl {
  configure(settings: SmsSettings): void;
  recipient(phone: string): { behave(behaviour: RecipientBehaviour): void };
  everyone(behaviour: RecipientBehaviour): void;
  sent(): SentSms[];
  /** Forgets what was sent. */
  clear(): void;
  /** Slow, failing and lost answers; with `lost_answer` the messages still go out. */
  fault(fault: Fault): void;
  clearFaults(): void;
  /** A recipient replies STOP. */
  optOut(phone: string, senderId: string): Promise<void>;
  incoming(message: { from: string; to: string; text: string; linkId?: string }): Promise<void>;
  settled(): Promise<void>;
}

export interface SmsContext extends ProviderDeps {
  faults: Faults;
  config: SmsSettings;
  sent: SentSms[];
  behaviourOf(msisdn: string): RecipientBehaviour;
}

export function createSms(deps: ProviderDeps): {
  plugin: (app: FastifyInstance) => Promise<void>;
  control: SmsControl;
} {
  const behaviours = new Map<string, RecipientBehaviour>();
  let everyone: RecipientBehaviour = {};
  const ctx: SmsContext = {
    ...deps,
    faults: createFaults(),
    config: {},
    sent: [],
    behaviourOf: (msisdn) => ({ ...everyone, ...behaviours.get(msisdn) }),
  };
  const control: SmsControl = {
    ...callbacks(ctx),
    configure: (settings) => void Object.assign(ctx.config, settings),
    recipient: (phone) => ({ behave: (behaviour) => void behaviours.set(toMsisdn(phone) ?? phone, behaviour) }),
    everyone: (behaviour) => {
      everyone = { ...everyone, ...behaviour };
    },
    sent: () => [...ctx.sent],
    clear: () => void ctx.sent.splice(0),
    fault: ctx.faults.add,
    clearFaults: ctx.faults.clear,
    settled: deps.background.settled,
  };
  return { plugin: smsPlugin(ctx, (message) => sendReports(ctx, message)), control };
}

/** Callbacks that a person causes, not a request of ours. */
function callbacks(ctx: SmsContext): Pick<SmsControl, 'optOut' | 'incoming'> {
  const { background, random, settings } = ctx;
  const tell = async (url: string | undefined, fields: Record<string, string>): Promise<void> => {
    if (url) await background.track(postForm(ctx, url, fields));
  };
  return {
    optOut: (phone, senderId) => tell(ctx.config.optOutUrl, { senderId, phoneNumber: `+${toMsisdn(phone) ?? phone}` }),
    incoming: ({ from, to, text, linkId = '' }) => {
      const date = settings.now().toISOString().slice(0, 19).replace('T', ' ');
      const sender = `+${toMsisdn(from) ?? from}`;
      const message = { date, from: sender, id: random.hex(32), linkId, text, to, cost: '', networkCode: '63902' };
      return tell(ctx.config.incomingUrl, message);
    },
  };
}
