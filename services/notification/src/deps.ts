import type { Base } from '@malipo/service-kit';
import type { z } from 'zod';
import { checkClaim, type config } from './config.ts';
import { type Gathered, gather } from './gathered.ts';
import { lanes } from './providers/lanes.ts';
import { createSenders, type Senders } from './sending/senders.ts';
import { createDeliveryStore, type DeliveryStore } from './store/deliveries.ts';
import { createDirectory, type Directory } from './store/directory.ts';
import { createReportStore, type ReportStore } from './store/reports.ts';

export type Config = z.output<z.ZodObject<typeof config>>;

export type Stores = Base<Config> & {
  deliveries: DeliveryStore;
  directory: Directory;
  reports: ReportStore;
  gathered: Gathered;
  messages: ReturnType<typeof countMessages>;
  /** Names this process in what it claims. */
  worker: string;
};

export type Deps = Stores & { senders: Senders };

/**
 * Stores, and one sender for each medium and mode: slow live SMS hold up neither e-mail nor test money.
 * @throws {ConfigError} settings that do not fit together
 */
export function createDeps(base: Base<Config>): Deps {
  const deliveries = createDeliveryStore(base.mongo.db);
  const reports = createReportStore(base.mongo.db);
  const { relay, config } = base;
  checkClaim(base.name, {
    claimSeconds: config.MALIPO_MESSAGE_CLAIM_SECONDS,
    timeoutMs: config.MALIPO_MESSAGE_TIMEOUT_MS,
  });
  const stores: Stores = {
    ...base,
    deliveries,
    reports,
    directory: createDirectory(base.mongo.db),
    gathered: gather({ relay, maxBatch: config.MALIPO_MAX_BATCH }, deliveries, reports),
    messages: countMessages(base),
    worker: base.newId(),
  };
  return { ...stores, senders: createSenders(stores, lanes(base)) };
}

const countMessages = ({ metrics }: Base) =>
  metrics.counter('malipo_messages_total', 'messages by what became of them', ['medium', 'mode', 'status', 'reason']);
