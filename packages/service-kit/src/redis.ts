import { Redis } from 'ioredis';
import type { Logger } from './logger.ts';

export type { Redis } from 'ioredis';

/**
 * Redis carries limits, caches and fan-out, and never decides anything: a command on a lost connection fails at once
 * instead of waiting, and its caller goes on without it.
 * @see docs/adr/0007-redis-never-decides.md
 */
export function connectRedis(url: string, keyPrefix: string, log: Logger): Redis {
  const redis = new Redis(url, {
    keyPrefix,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    retryStrategy: (times) => Math.min(2_000, 50 * times),
  });
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
