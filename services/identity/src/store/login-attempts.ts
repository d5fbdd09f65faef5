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

/** What counts the tries of somebody who signs in; it answers undefined where Redis cannot tell. */
export type Limit = {
  /** How it stands, without counting. */
  look(): Promise<Attempt | undefined>;
  /** Counts an attempt before the password is looked at. */
  count(): Promise<Attempt | undefined>;
  /** The attempt was none: its password was right. */
  forget(): Promise<void>;
};

/** Slows down guessing. Redis never decides: without it signing in goes on, held back by the cost of argon2 alone. */
export function createLoginAttempts(redis: Redis, max: number) {
  const ask = async (script: string, key: string): Promise<Attempt | undefined> => {
    try {
      const [count, ttl] = (await redis.eval(script, 1, key, WINDOW_SECONDS)) as [number, number];
      return { allowed: count <= max, retryAfterSeconds: Math.max(1, ttl) };
    } catch {
      return undefined;
    }
  };
  return (email: string, sender: string): Limit => {
    const key = `login:${fingerprint(`${email} ${sender}`)}`;
    return {
      look: () => ask(LOOK, key),
      count: () => ask(COUNT, key),
      forget: async () => {
        await redis.del(key).catch(() => undefined);
      },
    };
  };
}
