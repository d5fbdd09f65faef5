import { fingerprint } from '@malipo/service-kit';
import type { Redis } from '@malipo/service-kit/redis';
import type { Attempt, Limit } from './login-attempts.ts';

const DAY_MS = 86_400_000;

/**
 * Keeps when the budget will be full again: each guess puts that off by the time in which one comes back, and forgetting
 * one brings it forward. The clock is Redis's, which all replicas share.
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
const MOVE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local span, step, move = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))
local over = full + step - now - span
if move < 0 or (move > 0 and over <= 0) then
  local left = full + move * step - now
  if left > 0 then redis.call('SET', KEYS[1], string.format('%.0f', now + left), 'PX', left) else redis.call('DEL', KEYS[1]) end
end
return math.ceil(over)`;

/**
 * Bounds the guesses at one account from wherever it never signed in, so from all networks together: so many at once, and
 * as many a day afterwards. An address without an account is counted alike. Redis never decides, as with `login-attempts`.
 */
export function createLoginGuesses(redis: Redis, perDay: number) {
  const step = Math.ceil(DAY_MS / perDay);
  const move = async (key: string, by: -1 | 0 | 1): Promise<Attempt | undefined> => {
    try {
      const overMs = (await redis.eval(MOVE, 1, key, step * perDay, step, by)) as number;
      return { allowed: overMs <= 0, retryAfterSeconds: Math.max(1, Math.ceil(overMs / 1000)) };
    } catch {
      return undefined;
    }
  };
  return (email: string): Limit => {
    const key = `login:guesses:${fingerprint(email)}`;
    return {
      look: () => move(key, 0),
      count: () => move(key, 1),
      forget: async () => void (await move(key, -1)),
    };
  };
}
