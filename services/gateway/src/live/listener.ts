import type { Redis } from '@malipo/service-kit/redis';

/** A connection of its own, since one that subscribes can do nothing else; waits for Redis as long as it takes. */
export function listenOn(redis: Redis, on: { message(channel: string, text: string): void; back(): void }): Redis {
  const listener = redis.duplicate({ enableOfflineQueue: true, maxRetriesPerRequest: null, lazyConnect: false });
  let lost = false;
  listener.on('error', () => undefined); // the kit's own connection reports that Redis is down
  listener.on('close', () => {
    lost = true;
  });
  listener.on('ready', () => {
    if (lost) on.back();
    lost = false;
  });
  listener.on('message', on.message);
  return listener;
}
