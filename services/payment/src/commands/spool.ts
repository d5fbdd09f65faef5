import { isInfrastructureError } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import type { Arrival, CallbackKind, Delivery, Trace } from '../domain/telling.ts';
import type { StoredChannel } from '../store/channels.ts';
import { toUnreadable } from '../store/unreadable.ts';

/** A callback on local disk, as it came, until the database can have it. */
export type Spooled = {
  channelId: string;
  /** Of the secret it came with, where it could not be checked at the door. */
  unchecked?: string;
  kind: CallbackKind;
  requestId: string | null;
  body: string;
  bytes: number;
  sha256: string | null;
  receivedAt: string;
  from: string;
  trace: Trace;
};

export function toSpooled({ place, kind, requestId, raw, trace }: Arrival): Spooled {
  const { bytes, sha256, receivedAt, from } = raw;
  return {
    channelId: place.id,
    ...('secretFingerprint' in place ? { unchecked: place.secretFingerprint } : {}),
    kind,
    requestId,
    body: Buffer.from(raw.body).toString('base64'),
    bytes,
    sha256,
    receivedAt: receivedAt.toISOString(),
    from,
    trace,
  };
}

type DrainDeps = Pick<Deps, 'spool' | 'channels' | 'intake' | 'unreadable' | 'isListed' | 'mongo' | 'log' | 'counters'>;

const CHUNK = 500;

/** Brings what was spooled into the database; repeating it changes nothing. */
export async function drainSpool(deps: DrainDeps): Promise<void> {
  if (deps.spool().size() === 0 || deps.mongo.isDown()) return;
  const channels = new Map<string, StoredChannel | undefined>();
  const total = await deps.spool().drain(async (items) => {
    for (let from = 0; from < items.length; from += CHUNK) {
      const chunk = items.slice(from, from + CHUNK);
      for (const { channelId } of chunk)
        if (!channels.has(channelId)) channels.set(channelId, await deps.channels.load(channelId));
      await takeChunk(
        deps,
        chunk.flatMap((item) => toDelivery(deps, item, channels.get(item.channelId)) ?? []),
      );
    }
  });
  if (total > 0) deps.log.info({ callbacks: total }, 'spooled callbacks brought into the database');
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
