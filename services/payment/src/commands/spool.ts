import { inLanes, isInfrastructureError, pause } from '@malipo/service-kit';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { Arrival, Delivery } from '../domain/telling.ts';
import type { StoredChannel } from '../store/channels.ts';
import { toUnreadable } from '../store/unreadable.ts';
import { createDrainPace, type DrainPace } from './drain-pace.ts';

/** A callback on local disk, as it came, until the database can have it. */
const Spooled = z.object({
  channelId: z.string(),
  /** Of the secret it came with, where it could not be checked at the door. */
  unchecked: z.string().optional(),
  kind: z.enum(['c2b', 'stk', 'result', 'timeout', 'pull']),
  requestId: z.string().nullable(),
  body: z.string(),
  bytes: z.number(),
  sha256: z.string().nullable(),
  /** Milliseconds since 1970, UTC; as text in what was spooled before 22 November 2026. */
  receivedAt: z.union([z.number(), z.iso.datetime().transform((text) => Date.parse(text))]),
  from: z.string(),
  trace: z.object({
    correlationId: z.string(),
    causationId: z.string().nullable(),
    traceparent: z.string().nullable(),
  }),
});
export type Spooled = z.infer<typeof Spooled>;

/**
 * A spooled callback, or undefined where another version wrote it otherwise. It was answered, so what an earlier one wrote is
 * read for as long as a file of it may lie about.
 */
export const readSpooled = (value: unknown): Spooled | undefined => Spooled.safeParse(value).data;

/** A callback as the spool keeps it: everything that taking it later needs. */
export function toSpooled({ place, kind, requestId, raw, trace }: Arrival): Spooled {
  const { bytes, sha256, receivedAt, from } = raw;
  return {
    channelId: place.id,
    ...('secretFingerprint' in place ? { unchecked: place.secretFingerprint } : {}),
    kind,
    requestId,
    body: Buffer.from(raw.body.buffer, raw.body.byteOffset, raw.body.byteLength).toString('base64'),
    bytes,
    sha256,
    receivedAt: receivedAt.getTime(),
    from,
    trace,
  };
}

type DrainDeps = Pick<
  Deps,
  'spool' | 'channels' | 'intake' | 'unreadable' | 'isListed' | 'mongo' | 'log' | 'counters' | 'config' | 'stopping'
>;

/** Brings what was spooled into the database; repeating it changes nothing. */
export function spoolDrain(deps: DrainDeps): () => Promise<void> {
  const pace = createDrainPace();
  return async () => {
    if (deps.spool().size() === 0 || deps.mongo.isDown()) return;
    try {
      const drained = await deps.spool().drain(takeFile(deps, pace), deps.stopping);
      if (drained > 0) deps.log.info({ callbacks: drained }, 'spooled callbacks brought into the database');
    } finally {
      pace.rested();
    }
  };
}

function takeFile(deps: DrainDeps, pace: DrainPace): (items: Spooled[], bytes: number) => Promise<Spooled[]> {
  const channels = new Map<string, StoredChannel>();
  return async (items, bytes) => {
    const began = performance.now();
    const unseen = new Set(items.flatMap(({ channelId }) => (channels.has(channelId) ? [] : channelId)));
    if (unseen.size > 0)
      for (const [id, channel] of await deps.channels.loadMany([...unseen])) channels.set(id, channel);
    const unclaimed = items.filter((item) => isOfAnother(item, channels));
    const ours = items.filter((item) => !isOfAnother(item, channels));
    const deliveries = ours.flatMap((item) => toDelivery(deps, item, channels.get(item.channelId)) ?? []);
    await inLanes(WRITES, chunks(deliveries, deps.config.MALIPO_MAX_BATCH), (chunk) => takeChunk(deps, chunk));
    tellUnclaimed(deps, unclaimed);
    pace.took(bytes, !deps.intake.isFlooded(), performance.now());
    await standBack(deps, performance.now() - began, pace.mayWait());
    return unclaimed;
  };
}

/** Its secret was right, so there is a channel: in the database that this process was started on before. */
const isOfAnother = ({ channelId, unchecked }: Spooled, channels: ReadonlyMap<string, StoredChannel>): boolean =>
  unchecked === undefined && !channels.has(channelId);

function tellUnclaimed({ log }: DrainDeps, unclaimed: readonly Spooled[]): void {
  if (unclaimed.length === 0) return;
  const channelIds = [...new Set(unclaimed.map(({ channelId }) => channelId))].slice(0, 10);
  const what = 'spooled callbacks are of channels that this database does not know; they are kept until the next start';
  log.error({ callbacks: unclaimed.length, channelIds }, what);
}

/** Of one file, so many pieces are written at a time. */
const WRITES = 3;
/** While callbacks flood in, draining rests at most so many times as long as it worked. */
const STAND_BACK = 16;
/** So often is looked whether it may go on. */
const LOOK_MS = 50;
/** With less than this share of its time taken, the process can answer what comes and drain as well. */
const BUSY = 0.8;

/**
 * Where answering what floods in takes all of the process's time, that goes before working it off, for a while.
 * @param mayWait with more bytes than this on the spool it does not rest
 */
async function standBack(
  { intake, spool, config, stopping }: DrainDeps,
  workedMs: number,
  mayWait: number,
): Promise<void> {
  const until = performance.now() + STAND_BACK * workedMs;
  const most = Math.min(mayWait, config.MALIPO_SPOOL_MAX_BYTES / 2);
  const isDue = () => performance.now() >= until || spool().size() > most;
  while (intake.isFlooded() && !isDue() && !stopping.aborted) {
    const before = performance.eventLoopUtilization();
    await pause(LOOK_MS, stopping);
    if (performance.eventLoopUtilization(before).utilization < BUSY) return;
  }
}

/** Pieces of equal size, so that those which are written side by side end together. */
function chunks<Item>(items: readonly Item[], most: number): Item[][] {
  const count = Math.ceil(items.length / most);
  const size = Math.ceil(items.length / count);
  return Array.from({ length: count }, (_none, index) => items.slice(index * size, (index + 1) * size));
}

/** What the database will never take must not hold up the rest: it is kept for inspection. */
async function takeChunk(deps: DrainDeps, deliveries: readonly Delivery[]): Promise<void> {
  try {
    await deps.intake.takeAll(deliveries);
  } catch (error) {
    if (isInfrastructureError(error)) throw error;
    if (deliveries.length > 1) for (const one of deliveries) await takeChunk(deps, [one]);
    const [only] = deliveries;
    if (only && deliveries.length === 1) {
      deps.log.error({ err: error, channelId: only.channel.id }, 'a spooled callback cannot be recorded');
      await deps.unreadable.keep([toUnreadable(only, 'cannot_be_recorded')]);
      deps.counters.taken(only.kind, 'cannot_be_recorded');
    }
  }
}

function toDelivery(deps: DrainDeps, item: Spooled, stored: StoredChannel | undefined): Delivery | undefined {
  const receivedAt = new Date(item.receivedAt);
  if (!stored || !isWelcome(item, stored, receivedAt)) {
    deps.counters.refused.inc();
    return undefined;
  }
  const { kind, requestId, bytes, sha256, from, trace } = item;
  const raw = {
    deliveryId: trace.correlationId,
    body: Buffer.from(item.body, 'base64'),
    bytes,
    sha256,
    receivedAt,
    from,
  };
  return { channel: stored, kind, requestId, raw, listed: deps.isListed(from, stored.mode), trace };
}

function isWelcome({ unchecked }: Spooled, stored: StoredChannel, at: Date): boolean {
  if (unchecked === undefined) return true;
  return stored.secrets.some(
    (secret) => secret.fingerprint === unchecked && (!secret.retireAt || at < secret.retireAt),
  );
}
