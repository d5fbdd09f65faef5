import { LiveMessage } from '@malipo/api-contracts';
import type { Logger, Metrics, Wanted } from '@malipo/service-kit';
import type { Redis } from '@malipo/service-kit/redis';
import { z } from 'zod';

/** News on its way to the organisation's streams; the message is made only where somebody watches. */
export type Post = { organisationId: string; message(): LiveMessage };

const KEPT_MESSAGES = 200;
const KEPT_SECONDS = 10 * 60;
const LISTENING = 'live:listening';

/**
 * Fan-out through Redis: a channel and a short memory per organisation, kept while somebody watches and ten minutes more.
 * Redis never decides: whatever fails here is news that nobody sees.
 */
export function createFeed(redis: Redis, prefix: string, log: Logger, metrics: Metrics) {
  const posted = metrics.counter('malipo_live_messages_total', 'messages to live streams', ['outcome']);
  const memoryOf = (organisationId: string) => `live:recent:${organisationId}`;
  const channelOf = (organisationId: string) => `${prefix}live:${organisationId}`;

  const write = async (posts: readonly Post[]): Promise<void> => {
    const pipeline = redis.pipeline();
    for (const { organisationId, message } of posts) {
      const text = JSON.stringify(message());
      pipeline.lpush(memoryOf(organisationId), text).publish(channelOf(organisationId), text);
    }
    for (const organisationId of new Set(posts.map((post) => post.organisationId)))
      pipeline.ltrim(memoryOf(organisationId), 0, KEPT_MESSAGES - 1).expire(memoryOf(organisationId), KEPT_SECONDS);
    await pipeline.exec();
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
      const since = Date.now() - KEPT_SECONDS * 1000;
      const ids = await redis.zrangebyscore(LISTENING, since, '+inf').catch(() => undefined);
      if (!ids) return () => true;
      if (ids.length === 0) return 'nothing';
      const watched = new Set(ids);
      return (organisationId) => watched.has(organisationId);
    },
    /** Says that somebody watches these organisations, for the next ten minutes. */
    watch: async (organisationIds: readonly string[]): Promise<void> => {
      if (organisationIds.length === 0) return;
      const now = Date.now();
      await redis
        .pipeline()
        .zadd(LISTENING, ...organisationIds.flatMap((id) => [now, id]))
        .zremrangebyscore(LISTENING, 0, now - KEPT_SECONDS * 1000)
        .exec()
        .catch(() => undefined);
    },
    /** The last messages of an organisation, oldest first; none where Redis is down. */
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
