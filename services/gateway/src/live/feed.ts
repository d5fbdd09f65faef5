import { LiveMessage } from '@malipo/api-contracts';
import type { Logger, Metrics, Wanted } from '@malipo/service-kit';
import type { Redis } from '@malipo/service-kit/redis';
import { z } from 'zod';

/** News on its way to the organisation's streams; the message is made only where somebody watches. */
export type Post = { organisationId: string; message(): LiveMessage };

const KEPT_MESSAGES = 200;
const KEPT_SECONDS = 10 * 60;
/** News is handed on longer than the memory is trusted, since clocks differ and a slice may be under way. */
const SPARE_SECONDS = 60;
const LISTENING = 'live:listening';

/**
 * Says that somebody watches. Where nobody did for ten minutes news was passed over, so the memory has a gap and goes; all
 * in one step, so that nobody who comes at the same time takes it for whole.
 */
const WATCH = `
for i = 2, #KEYS do
  local id = ARGV[i + 1]
  local last = redis.call('ZSCORE', KEYS[1], id)
  if not last or tonumber(last) < tonumber(ARGV[2]) then redis.call('DEL', KEYS[i]) end
  redis.call('ZADD', KEYS[1], ARGV[1], id)
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[2])`;

type FeedOptions = { redis: Redis; prefix: string; log: Logger; metrics: Metrics; now(): Date };

/**
 * Fan-out through Redis: a channel and a short memory per organisation, kept while somebody watches and ten minutes more.
 * Redis never decides: whatever fails here is news that nobody sees.
 */
export function createFeed({ redis, prefix, log, metrics, now }: FeedOptions) {
  const posted = metrics.counter('malipo_live_messages_total', 'messages to live streams', ['outcome']);
  const memoryOf = (organisationId: string) => `live:recent:${organisationId}`;
  const channelOf = (organisationId: string) => `${prefix}live:${organisationId}`;

  /** In one step, so that the memory has the order of the channel when two gateways publish for one organisation. */
  const write = async (posts: readonly Post[]): Promise<void> => {
    const step = redis.multi();
    for (const { organisationId, message } of posts) {
      const text = JSON.stringify(message());
      step.lpush(memoryOf(organisationId), text).publish(channelOf(organisationId), text);
    }
    for (const organisationId of new Set(posts.map((post) => post.organisationId)))
      step.ltrim(memoryOf(organisationId), 0, KEPT_MESSAGES - 1).expire(memoryOf(organisationId), KEPT_SECONDS);
    const refused = (await step.exec())?.find(([error]) => error);
    if (refused) throw refused[0];
    posted.inc({ outcome: 'published' }, posts.length);
  };

  return {
    channelOf,
    organisationOf: (channel: string) => channel.slice(channelOf('').length),
    publish: (posts: readonly Post[]): Promise<void> =>
      write(posts).catch((error: unknown) => {
        posted.inc({ outcome: 'lost' }, posts.length);
        log.debug({ err: error }, 'live messages lost');
      }),
    /** Which organisations does somebody watch? All of them where Redis cannot tell. */
    watched: async (): Promise<Wanted> => {
      const since = now().getTime() - (KEPT_SECONDS + SPARE_SECONDS) * 1000;
      const ids = await redis.zrangebyscore(LISTENING, since, '+inf').catch(() => undefined);
      if (!ids) return () => true;
      if (ids.length === 0) return 'nothing';
      const watched = new Set(ids);
      return (organisationId) => watched.has(organisationId);
    },
    /** Says that somebody watches these organisations, for the next ten minutes; answers whether Redis knows it. */
    watch: async (organisationIds: readonly string[]): Promise<boolean> => {
      if (organisationIds.length === 0) return true;
      const at = now().getTime();
      const keys = [LISTENING, ...organisationIds.map(memoryOf)];
      return redis
        .eval(WATCH, keys.length, ...keys, at, at - KEPT_SECONDS * 1000, ...organisationIds)
        .then(() => true)
        .catch(() => false);
    },
    /** The last messages of an organisation that is watched, oldest first; none where Redis is down. */
    recent: async (organisationId: string): Promise<LiveMessage[]> => {
      const texts = await redis.lrange(memoryOf(organisationId), 0, KEPT_MESSAGES - 1).catch(() => []);
      return texts.reverse().flatMap((text) => readMessage(text) ?? []);
    },
  };
}

export type Feed = ReturnType<typeof createFeed>;

const Text = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
});
const MessageText = Text.pipe(LiveMessage);

/** @returns undefined for anything that we did not write */
export function readMessage(text: string): LiveMessage | undefined {
  const read = MessageText.safeParse(text);
  return read.success ? read.data : undefined;
}
