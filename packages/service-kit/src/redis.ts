import { Redis } from 'ioredis';
import { z } from 'zod';
import type { Base } from './service.ts';

export type { Redis } from 'ioredis';

/** The settings of a service that uses Redis. */
export const redisConfig = {
  MALIPO_REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/./, 'must be an address such as redis://host:6379')
    .default('redis://127.0.0.1:6479'),
  MALIPO_REDIS_PREFIX: z.string().default('malipo:').describe('put before every key; tests isolate by it'),
} as const;

/**
 * Redis carries limits, caches and fan-out, and never decides anything: a command on a lost connection fails at once
 * instead of waiting, and its caller goes on without it. Keys begin with the prefix and the service's name. It is closed
 * when the service has stopped.
 * @see docs/adr/0007-redis-never-decides.md
 */
export function connectRedis({ name, config, log, atEnd }: Base<z.output<z.ZodObject<typeof redisConfig>>>): Redis {
  const redis = new Redis(config.MALIPO_REDIS_URL, {
    keyPrefix: `${config.MALIPO_REDIS_PREFIX}${name}:`,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    retryStrategy: (times) => Math.min(2_000, 50 * times),
  });
  atEnd(async () => redis.disconnect());
  let down = false;
  redis.on('error', (error: Error) => {
    if (!down) log.warn({ error: error.message }, 'redis is out of reach; going on without it');
    down = true;
  });
  redis.on('ready', () => {
    down = false;
  });
  return redis;
}
