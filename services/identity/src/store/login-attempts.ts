import { fingerprint } from '@malipo/service-kit';
import type { Redis } from '@malipo/service-kit/redis';

const WINDOW_SECONDS = 15 * 60;

/** Counts in one step, so that attempts made at once cannot slip past the limit. */
const COUNT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return { count, redis.call('TTL', KEYS[1]) }`;

export type Attempt = { allowed: boolean; retryAfterSeconds: number };

/** Slows down guessing. Redis never decides: without it signing in goes on, held back by the cost of argon2 alone. */
export function createLoginAttempts(redis: Redis, max: number) {
  const keyOf = (email: string, ip: string) => `login:${fingerprint(`${email} ${ip}`)}`;
  return {
    /** Counts an attempt before the password is looked at. */
    count: async (email: string, ip: string): Promise<Attempt> => {
      try {
        const [count, ttl] = (await redis.eval(COUNT, 1, keyOf(email, ip), WINDOW_SECONDS)) as [number, number];
        return { allowed: count <= max, retryAfterSeconds: Math.max(1, ttl) };
      } catch {
        return { allowed: true, retryAfterSeconds: 0 };
      }
    },
    forget: async (email: string, ip: string): Promise<void> => {
      await redis.del(keyOf(email, ip)).catch(() => undefined);
    },
  };
}
