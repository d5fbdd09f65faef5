import { fingerprint } from '@malipo/service-kit';
import type { Redis } from '@malipo/service-kit/redis';

const WINDOW_SECONDS = 15 * 60;

const LOOK = `return { tonumber(redis.call('GET', KEYS[1]) or 0), redis.call('TTL', KEYS[1]) }`;

/** Counts in one step, so that attempts made at once cannot slip past the limit. */
const COUNT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return { count, redis.call('TTL', KEYS[1]) }`;

export type Attempt = { allowed: boolean; retryAfterSeconds: number };

/** Slows down guessing. Redis never decides: without it signing in goes on, held back by the cost of argon2 alone. */
export function createLoginAttempts(redis: Redis, max: number) {
  const keyOf = (email: string, ip: string) => `login:${fingerprint(`${email} ${ip}`)}`;
  const ask = async (script: string, key: string): Promise<Attempt | undefined> => {
    try {
      const [count, ttl] = (await redis.eval(script, 1, key, WINDOW_SECONDS)) as [number, number];
      return { allowed: count <= max, retryAfterSeconds: Math.max(1, ttl) };
    } catch {
      return undefined;
    }
  };
  return {
    /** How it stands, without counting; undefined where Redis cannot tell. */
    look: (email: string, ip: string): Promise<Attempt | undefined> => ask(LOOK, keyOf(email, ip)),
    /** Counts an attempt before the password is looked at; undefined where Redis cannot tell. */
    count: (email: string, ip: string): Promise<Attempt | undefined> => ask(COUNT, keyOf(email, ip)),
    forget: async (email: string, ip: string): Promise<void> => {
      await redis.del(keyOf(email, ip)).catch(() => undefined);
    },
  };
}
