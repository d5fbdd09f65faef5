import type { Readable } from 'node:stream';
import { AppError, type Caller, inTime, type Logger, type Metrics, pause } from '@malipo/service-kit';
import type { Redis } from '@malipo/service-kit/redis';
import { missedSince } from '../domain/live-message.ts';
import { type Feed, readMessage } from './feed.ts';
import { listenOn } from './listener.ts';
import { createOpenStreams } from './open-streams.ts';
import { createStream } from './stream.ts';

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
  let listener: Redis | undefined;
  let timer: NodeJS.Timeout | undefined;
  const open = createOpenStreams((organisationId) => {
    void listener?.unsubscribe(feed.channelOf(organisationId)).catch(() => undefined);
  });
  metrics.gauge('malipo_live_streams', 'open event streams', [], function () {
    this.set(open.all().length);
  });
  const dropped = metrics.counter('malipo_live_dropped_total', 'streams closed because their client was too slow');

  const listen = async (organisationIds: string[]): Promise<void> => {
    if (organisationIds.length === 0) return;
    await listener?.subscribe(...organisationIds.map(feed.channelOf)).catch((error: unknown) => {
      log.debug({ err: error }, 'cannot listen for live messages yet');
    });
  };
  /** A Redis that lost its data is told who watches before they read again, or what comes after that would be passed over. */
  const comeBack = async () => {
    await listen(open.organisations());
    for (let tries = 1; !(await feed.watch(open.organisations())) && tries < WATCH_TRIES; tries++) await pause(100);
    for (const stream of open.all()) stream.resync();
  };

  return {
    async open({ organisationId, tokenExpiresAt }, lastEventId) {
      if (open.of(organisationId).length >= options.maxPerOrganisation)
        throw new AppError('rate_limited', 'too_many_streams', 'too many open event streams; close one first');
      const stream = createStream(lastEventId !== undefined, () => dropped.inc());
      open.enter(organisationId, stream);
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
          if (message) for (const stream of open.of(feed.organisationOf(channel))) stream.deliver(message);
        },
        back: () => void comeBack(),
      });
      timer = setInterval(() => {
        for (const stream of open.all()) stream.beat();
        void feed.watch(open.organisations());
      }, options.heartbeatMs);
    },
    endAll() {
      for (const stream of open.all()) stream.end();
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
