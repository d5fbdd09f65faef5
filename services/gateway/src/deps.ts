import type { Base } from '@malipo/service-kit';
import { connectRedis } from '@malipo/service-kit/redis';
import type { z } from 'zod';
import type { config } from './config.ts';
import { createFeed } from './live/feed.ts';
import { createHub } from './live/hub.ts';
import type { Upstream } from './routes.ts';

type Config = z.output<z.ZodObject<typeof config>>;

export type Deps = ReturnType<typeof createDeps>;

export function createDeps(base: Base<Config>) {
  const { config, log, metrics, now } = base;
  const upstreamUrls: Record<Upstream, string> = {
    identity: config.MALIPO_IDENTITY_URL,
    invoice: config.MALIPO_INVOICE_URL,
    payment: config.MALIPO_PAYMENT_URL,
    reconciliation: config.MALIPO_RECONCILIATION_URL,
    notification: config.MALIPO_NOTIFICATION_URL,
    analytics: config.MALIPO_ANALYTICS_URL,
  };
  const redis = connectRedis(base);
  const feed = createFeed({ redis, prefix: config.MALIPO_REDIS_PREFIX, log, metrics, now });
  const hub = createHub({
    redis,
    feed,
    log,
    metrics,
    now,
    maxPerOrganisation: config.MALIPO_LIVE_STREAMS,
    heartbeatMs: config.MALIPO_LIVE_HEARTBEAT_MS,
  });
  return { ...base, redis, upstreamUrls, feed, hub };
}
