import { optionalPortSetting, portSetting } from '@malipo/service-kit';
import { redisConfig } from '@malipo/service-kit/redis';
import { z } from 'zod';

const limit = (perMinute: number) => z.coerce.number().int().min(1).default(perMinute);
const milliseconds = (fallback: number) => z.coerce.number().int().min(10).default(fallback);
const upstream = (port: number) => z.url({ protocol: /^https?$/ }).default(`http://127.0.0.1:${port}`);

export const config = {
  ...redisConfig,
  MALIPO_PORT: portSetting(8080),
  MALIPO_OPERATIONS_PORT: optionalPortSetting.describe('of `/ready` and `/metrics`, which the public port then lacks'),
  MALIPO_OPERATIONS_HOST: z.string().default('127.0.0.1').describe('address that only operations reach'),
  MALIPO_IDENTITY_URL: upstream(8081),
  MALIPO_INVOICE_URL: upstream(8082),
  MALIPO_PAYMENT_URL: upstream(8083),
  MALIPO_RECONCILIATION_URL: upstream(8084),
  MALIPO_NOTIFICATION_URL: upstream(8085),
  MALIPO_ANALYTICS_URL: upstream(8086),
  MALIPO_UPSTREAM_TIMEOUT_MS: milliseconds(15_000).describe('a service that takes longer is answered for with 504'),
  MALIPO_RATE_LIMIT: limit(6_000).describe('requests a minute per organisation'),
  MALIPO_ANONYMOUS_RATE_LIMIT: limit(300).describe('requests a minute per sender that is not signed in'),
  MALIPO_AUTH_RATE_LIMIT: limit(120).describe(
    'requests a minute per sender on each route that takes a password or token',
  ),
  MALIPO_REQUESTS_AT_ONCE: limit(500).describe(
    'requests under way per organisation, or sender that is not signed in, and gateway process',
  ),
  MALIPO_LIVE_STREAMS: limit(50).describe('open event streams per organisation and gateway process'),
  MALIPO_LIVE_HEARTBEAT_MS: milliseconds(15_000),
} as const;
