import { Redis } from 'ioredis';
import { z } from 'zod';
import type { Logger } from './logger.ts';
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

/** Longer than our own pauses; whoever waits for an answer has to wait for this once. */
const ANSWER_MS = 1_000;

/**
 * Redis carries limits, caches and fan-out, and never decides anything: a command on a lost connection fails at once
 * instead of waiting, and its caller goes on without it. One that keeps silent counts as lost. Keys begin with the prefix and the service's name. It is closed
 * when the service has stopped.
 * @see docs/adr/0007-redis-never-decides.md
 */
export function connectRedis({ name, config, log, atEnd }: Base<z.output<z.ZodObject<typeof redisConfig>>>): Redis {
  const redis = new Redis(config.MALIPO_REDIS_URL, {
    keyPrefix: `${config.MALIPO_REDIS_PREFIX}${name}:`,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: ANSWER_MS,
    socketTimeout: ANSWER_MS,
    retryStrategy: (times) => Math.min(2_000, 50 * times),
    reconnectOnError: whereAnotherTookOver(log),
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

const REFUSES = /\b(READONLY|OOM|MISCONF|NOREPLICAS)\b/;
const QUIET_MS = 5_000;

/**
 * Says that Redis takes no writes; and whether to connect anew: who was the primary keeps its connections when it becomes a
 * replica, and only a new one is led to its successor.
 */
function whereAnotherTookOver(log: Logger): (error: Error) => boolean {
  let quietUntil = 0;
  return ({ message }) => {
    const [, refusal] = REFUSES.exec(message) ?? [];
    if (!refusal || performance.now() < quietUntil) return false;
    quietUntil = performance.now() + QUIET_MS;
    log.warn({ error: message }, 'redis takes no writes; going on without it');
    return refusal === 'READONLY';
  };
}
