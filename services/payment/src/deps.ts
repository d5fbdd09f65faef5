import path from 'node:path';
import {
  type Base,
  createHttpClient,
  createSealer,
  createSpool,
  groupCommit,
  type Sealer,
  type Spool,
} from '@malipo/service-kit';
import type { z } from 'zod';
import { createIntake, type Intake } from './commands/intake.ts';
import { readSpooled, type Spooled } from './commands/spool.ts';
import type { config } from './config.ts';
import { type Counters, createCounters } from './counters.ts';
import type { Mode } from './domain/telling.ts';
import { createFreshness, type Freshness } from './events/freshness.ts';
import { senderCheck } from './http/senders.ts';
import { createDaraja, type Daraja } from './providers/daraja.ts';
import { createSandboxControl, type SandboxControl } from './providers/sandbox-control.ts';
import { type ChannelCache, createChannelCache } from './store/channel-cache.ts';
import { type ChannelChanges, createChannelChanges } from './store/channel-changes.ts';
import { type ChannelStore, createChannelStore } from './store/channels.ts';
import { createKnownInvoices, type KnownInvoices } from './store/known-invoices.ts';
import { createRequestStore, type RequestStore } from './store/payment-requests.ts';
import { createPaymentStore, type PaymentStore } from './store/payments.ts';
import { createProjectionReaders, type ProjectionReaders } from './store/projection-readers.ts';
import { createUnreadableStore, type UnreadableStore } from './store/unreadable.ts';

export type Config = z.output<z.ZodObject<typeof config>>;
export type PaymentBase = Base<Config>;

export type Deps = PaymentBase & {
  channels: ChannelStore;
  channelChanges: ChannelChanges;
  channelCache: ChannelCache;
  payments: PaymentStore;
  requests: RequestStore;
  unreadable: UnreadableStore;
  knownInvoices: KnownInvoices;
  freshness: Freshness;
  projectionReaders: ProjectionReaders;
  /** This process among the readers. */
  readerId: string;
  intake: Intake;
  sealer: Sealer;
  daraja: Record<Mode, Daraja>;
  /** Only where the local sandbox's control routes are switched on. */
  sandbox: SandboxControl | undefined;
  isListed(address: string, mode: Mode): boolean;
  counters: Counters;
  /** Limits how many callbacks of channels that nobody could look up go to the spool. */
  unchecked: { admit(): boolean; reset(): void };
  openSpool(): Promise<void>;
  /** The local spool; open once the service has started. */
  spool(): Spool<Spooled>;
};

const LOOK_UP_PACE_MS = 100;
/** Nobody waits for a channel that is known. */
const RENEWAL_PACE_MS = 1_000;

/** While the database is down, this many callbacks of unknown channels are kept for a later check, and no more. */
const MAX_UNCHECKED = 5_000;

export function createDeps(base: PaymentBase): Deps {
  const { config, mongo } = base;
  const stores = {
    channels: createChannelStore(mongo.db),
    channelChanges: createChannelChanges(mongo.db),
    payments: createPaymentStore(mongo.db),
    requests: createRequestStore(mongo.db),
    unreadable: createUnreadableStore(mongo.db),
    knownInvoices: createKnownInvoices(mongo.db),
    projectionReaders: createProjectionReaders(mongo.db),
  };
  let spool: Spool<Spooled> | undefined;
  const spooledBytes = () => spool?.size() ?? 0;
  const counters = createCounters(base.metrics, spooledBytes);
  const sandboxHttp = createHttpClient('daraja_test', { baseURL: config.MALIPO_DARAJA_TEST_URL });
  const liveHttp = createHttpClient('daraja_live', { baseURL: config.MALIPO_DARAJA_LIVE_URL });
  return {
    ...base,
    ...stores,
    channelCache: createChannelCache(
      together(stores.channels.loadMany, LOOK_UP_PACE_MS),
      together(stores.channels.loadMany, RENEWAL_PACE_MS),
    ),
    freshness: createFreshness(base.now),
    readerId: base.newId(),
    intake: createIntake({ ...base, ...stores, spooledBytes }),
    sealer: createSealer(config.MALIPO_SECRET_KEY),
    daraja: { test: createDaraja(sandboxHttp, base.now), live: createDaraja(liveHttp, base.now) },
    sandbox: config.MALIPO_SANDBOX_CONTROL ? createSandboxControl(sandboxHttp, config.MALIPO_SECRET_KEY) : undefined,
    isListed: senderCheck(config.MALIPO_MPESA_SENDERS),
    counters,
    unchecked: limited(MAX_UNCHECKED),
    async openSpool() {
      spool = await createSpool<Spooled>({
        directory: path.resolve(config.MALIPO_SPOOL_DIR),
        maxBytes: config.MALIPO_SPOOL_MAX_BYTES,
        read: readSpooled,
        log: base.log,
        onBroken: counters.broken,
      });
    },
    spool() {
      if (!spool) throw new Error('the spool is opened when the service starts');
      return spool;
    },
  };
}

function limited(max: number) {
  let count = 0;
  return {
    admit: () => ++count <= max,
    reset: () => {
      count = 0;
    },
  };
}

/** Looks up together what is looked up at the same moment: busy channels grow stale by the hundred. */
function together(loadMany: ChannelStore['loadMany'], paceMs: number) {
  const look = async (ids: string[]) => {
    const found = await loadMany(ids);
    return ids.map((id) => found.get(id));
  };
  return groupCommit(look, { inFlight: 1, paceMs });
}
