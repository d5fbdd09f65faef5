import type { Base } from '@malipo/service-kit';
import type { z } from 'zod';
import { checkClaim, type notificationConfig } from './config.ts';
import { type Gathered, gather } from './gathered.ts';
import { createAfricasTalking } from './providers/africas-talking.ts';
import type { MessageProvider } from './providers/message-provider.ts';
import { createSendGrid } from './providers/sendgrid.ts';
import { createSenders, type Senders } from './sending/senders.ts';
import { createDeliveryStore, type DeliveryStore, type Lane } from './store/deliveries.ts';
import { createDirectory, type Directory } from './store/directory.ts';
import { createReportStore, type ReportStore } from './store/reports.ts';

export type Config = z.output<z.ZodObject<typeof notificationConfig>>;

export type Stores = Base<Config> & {
  deliveries: DeliveryStore;
  directory: Directory;
  reports: ReportStore;
  gathered: Gathered;
  messages: ReturnType<typeof countMessages>;
};

export type Deps = Stores & { senders: Senders };

/**
 * Stores, and one sender for each medium and mode: slow live SMS hold up neither e-mail nor test money.
 * @throws {ConfigError} settings that do not fit together
 */
export function createDeps(base: Base<Config>): Deps {
  const deliveries = createDeliveryStore(base.mongo.db);
  const reports = createReportStore(base.mongo.db);
  const { relay, now, config } = base;
  checkClaim(base.name, {
    claimSeconds: config.MALIPO_MESSAGE_CLAIM_SECONDS,
    timeoutMs: config.MALIPO_MESSAGE_TIMEOUT_MS,
  });
  const stores: Stores = {
    ...base,
    deliveries,
    reports,
    directory: createDirectory(base.mongo.db),
    gathered: gather({ relay, now, maxBatch: config.MALIPO_MAX_BATCH }, deliveries, reports),
    messages: countMessages(base),
  };
  return { ...stores, senders: createSenders(stores, lanes(config)) };
}

const countMessages = ({ metrics }: Base) =>
  metrics.counter('malipo_messages_total', 'messages by what became of them', ['medium', 'mode', 'status', 'reason']);

/** Live and test money have providers of their own, so that a test payment cannot reach a real phone. */
function lanes(config: Config): { lane: Lane; provider: MessageProvider }[] {
  const timeoutMs = config.MALIPO_MESSAGE_TIMEOUT_MS;
  const from = config.MALIPO_EMAIL_FROM;
  const sender = config.MALIPO_SMS_SENDER;
  return [
    {
      lane: { medium: 'sms', mode: 'live' },
      provider: createAfricasTalking({
        url: config.MALIPO_SMS_URL,
        username: config.MALIPO_SMS_USERNAME,
        apiKey: config.MALIPO_SMS_API_KEY,
        sender,
        timeoutMs,
      }),
    },
    {
      lane: { medium: 'sms', mode: 'test' },
      provider: createAfricasTalking({
        url: config.MALIPO_SMS_TEST_URL,
        username: config.MALIPO_SMS_TEST_USERNAME,
        apiKey: config.MALIPO_SMS_TEST_API_KEY,
        sender: '',
        timeoutMs,
      }),
    },
    {
      lane: { medium: 'email', mode: 'live' },
      provider: createSendGrid({
        url: config.MALIPO_EMAIL_URL,
        apiKey: config.MALIPO_EMAIL_API_KEY,
        from,
        timeoutMs,
      }),
    },
    {
      lane: { medium: 'email', mode: 'test' },
      provider: createSendGrid({
        url: config.MALIPO_EMAIL_TEST_URL,
        apiKey: config.MALIPO_EMAIL_TEST_API_KEY,
        from,
        timeoutMs,
      }),
    },
  ];
}
