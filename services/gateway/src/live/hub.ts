import type { Readable } from 'node:stream';
import { AppError, type Caller, inTime, type Logger, type Metrics, pause } from '@malipo/service-kit';
import type { Redis } from '@malipo/service-kit/redis';
import { missedSince } from '../domain/live-message.ts';
import { type Feed, readMessage } from './feed.ts';
import { createStream, type Stream } from './stream.ts';

type HubOptions = {
  redis: Redis;
  feed: Feed;
  log: Logger;
  metrics: Metrics;
  maxPerOrganisation: number;
  heartbeatMs: number;
  now(): Date;
};

export type Hub = {
  /**
   * Opens a stream of the caller's organisation until the token runs out.
   * @throws {AppError} too_many_streams
   */
  open(caller: Caller, lastEventId: string | undefined): Promise<Readable>;
  start(): void;
  /** Ends all streams, so that the server can close. */
  endAll(): void;
  stop(): void;
};

/** The open streams of this process; it listens in Redis for the organisations that have one. */
export function createHub(options: HubOptions): Hub {
  const { feed, log, metrics } = options;
  const open = new Map<string, Set<Stream>>();
  const streams = () => [...open.values()].flatMap((group) => [...group]);
  metrics.gauge('malipo_live_streams', 'open event streams', [], function () {
    this.set(streams().length);
  });
  const dropped = metrics.counter('malipo_live_dropped_total', 'streams closed because their client was too slow');
  let listener: Redis | undefined;
  let timer: NodeJS.Timeout | undefined;

  const listen = async (organisationIds: string[]): Promise<void> => {
    if (organisationIds.length === 0) return;
    await listener?.subscribe(...organisationIds.map(feed.channelOf)).catch((error: unknown) => {
      log.debug({ err: error }, 'cannot listen for live messages yet');
    });
  };
  /** A Redis that lost its data is told who watches before they read again, or what comes after that would be passed over. */
  const comeBack = async () => {
    await listen([...open.keys()]);
    for (let tries = 1; !(await feed.watch([...open.keys()])) && tries < WATCH_TRIES; tries++) await pause(100);
    for (const stream of streams()) stream.resync();
  };
  const enter = (organisationId: string, stream: Stream) => {
    const group = open.get(organisationId) ?? new Set<Stream>();
    open.set(organisationId, group.add(stream));
    stream.body.once('close', () => {
      group.delete(stream);
      if (group.size > 0 || open.get(organisationId) !== group) return;
      open.delete(organisationId);
      void listener?.unsubscribe(feed.channelOf(organisationId)).catch(() => undefined);
    });
  };

  return {
    async open({ organisationId, tokenExpiresAt }, lastEventId) {
      if ((open.get(organisationId)?.size ?? 0) >= options.maxPerOrganisation)
        throw new AppError('rate_limited', 'too_many_streams', 'too many open event streams; close one first');
      const stream = createStream(lastEventId !== undefined, () => dropped.inc());
      enter(organisationId, stream);
      const expiry = setTimeout(stream.end, Math.max(0, tokenExpiresAt.getTime() - options.now().getTime()));
      stream.body.once('close', () => clearTimeout(expiry));
      const listening = Promise.all([feed.watch([organisationId]), listen([organisationId])]);
      const [isWatched] = await inTime(LISTEN_MS, listening, [false]);
      if (lastEventId !== undefined)
        stream.catchUp(isWatched ? missedSince(await feed.recent(organisationId), lastEventId) : undefined);
      return stream.body;
    },
    start() {
      listener = listenOn(options.redis, {
        message: (channel, text) => {
          const message = readMessage(text);
          if (message) for (const stream of open.get(feed.organisationOf(channel)) ?? []) stream.deliver(message);
        },
        back: () => void comeBack(),
      });
      timer = setInterval(() => {
        for (const stream of streams()) stream.beat();
        void feed.watch([...open.keys()]);
      }, options.heartbeatMs);
    },
    endAll() {
      for (const stream of streams()) stream.end();
    },
    stop() {
      clearInterval(timer);
      listener?.disconnect();
    },
  };
}

/** Without Redis a stream opens all the same, and is told to read again when Redis is back. */
const LISTEN_MS = 1_000;
/** The connection that tells who watches comes back beside the one that listens; later the heartbeat does it. */
const WATCH_TRIES = 30;

/** A connection of its own, since one that subscribes can do nothing else; waits for Redis as long as it takes. */
function listenOn(redis: Redis, on: { message(channel: string, text: string): void; back(): void }): Redis {
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
