import { hash, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Channel } from '../domain/telling.ts';
import type { StoredChannel } from './channels.ts';

type Secret = { fingerprint: Buffer; retireAt: number };
/** `proven` is the secret that opened last, so that its fingerprint need not be taken again for each callback. */
type Entry = {
  channel: Channel;
  /** The channel's. */
  version: number;
  secrets: Secret[];
  loadedAt: number;
  /** When the database was last asked, whatever it said. */
  askedAt: number;
  proven?: { bytes: Buffer; retireAt: number };
};

/** `unavailable` where the database had to be asked and could not be. */
export type Entrance = Channel | 'refused' | 'unavailable';

export type ChannelCache = {
  /** Answers at once from memory, or undefined where the database must be asked. */
  peek(channelId: string, secret: string, now: number): Channel | undefined;
  /** Asks the database where memory does not know, or knew it too long ago. */
  enter(channelId: string, secret: string, now: number): Promise<Entrance>;
  /** What memory knows, however old: a channel that was known stays usable while the database is down. */
  recall(channelId: string, secret: string, now: number): Channel | undefined;
  /** Puts a channel that was just read or changed into memory, unless a newer version of it is known. */
  put(channel: StoredChannel, now: number): void;
};

const FRESH_MS = 5_000;
/** Older memory lets nobody in while the database can be asked: another instance may have retired the address. */
const TRUSTED_MS = 10_000;
/** At most one look into the database per channel and second, however many wrong secrets arrive. */
const RELOAD_MS = 1_000;
const NEVER = Number.POSITIVE_INFINITY;

type Load = (id: string) => Promise<StoredChannel | undefined>;

/**
 * Channels in memory, so that the door needs no round trip. Entries never expire, since they must outlive a database
 * that is down; old ones are renewed in the background. Secrets are compared in constant time.
 * @param renew loads what is known and nobody waits for
 */
export function createChannelCache(load: Load, renew: Load, max = 50_000): ChannelCache {
  const known = new LRUCache<string, Entry>({ max });
  const absent = new LRUCache<string, true>({ max: 10_000, ttl: RELOAD_MS });
  const loading = new Map<string, Promise<Entry | undefined>>();

  /** A look that began before a change may end after it: what it found is as new as what is known, or older. */
  const put = (channel: StoredChannel, now: number): Entry => {
    const before = known.peek(channel.id);
    if (before && before.version > channel.version) return before;
    const entry = toEntry(channel, now);
    absent.delete(channel.id);
    known.set(channel.id, entry);
    return entry;
  };
  const take = async (id: string, from: Load, now: number): Promise<Entry | undefined> => {
    const channel = await from(id);
    if (channel) return put(channel, now);
    absent.set(id, true);
    return undefined;
  };
  const reload = (id: string, now: number): Promise<Entry | undefined> => {
    const running = loading.get(id);
    if (running) return running;
    const work = take(id, load, now).finally(() => loading.delete(id));
    loading.set(id, work);
    return work;
  };

  return {
    peek(channelId, secret, now) {
      const entry = known.get(channelId);
      if (!entry || now - entry.askedAt > TRUSTED_MS || !opens(entry, secret, now)) return undefined;
      if (now - entry.askedAt > FRESH_MS) {
        entry.askedAt = now;
        take(channelId, renew, now).catch(() => undefined);
      }
      return entry.channel;
    },
    async enter(channelId, secret, now) {
      if (absent.has(channelId)) return 'refused';
      const entry = known.get(channelId);
      // somebody else may have asked since the caller looked
      if (entry && now - entry.loadedAt < RELOAD_MS) return opens(entry, secret, now) ? entry.channel : 'refused';
      try {
        const renewed = await reload(channelId, now);
        return renewed && opens(renewed, secret, now) ? renewed.channel : 'refused';
      } catch {
        return 'unavailable'; // also of a known channel: its secret may have been changed since
      }
    },
    recall(channelId, secret, now) {
      const entry = known.get(channelId);
      if (!entry || !opens(entry, secret, now)) return undefined;
      entry.askedAt = now;
      return entry.channel;
    },
    put: (channel, now) => void put(channel, now),
  };
}

function opens(entry: Entry, secret: string, now: number): boolean {
  const bytes = Buffer.from(secret);
  const { proven } = entry;
  if (proven && now < proven.retireAt && proven.bytes.length === bytes.length && timingSafeEqual(proven.bytes, bytes))
    return true;
  const given = hash('sha256', bytes, 'buffer');
  let open = false;
  for (const { fingerprint, retireAt } of entry.secrets)
    if (timingSafeEqual(given, fingerprint) && now < retireAt) {
      entry.proven = { bytes, retireAt };
      open = true;
    }
  return open;
}

function toEntry(stored: StoredChannel, now: number): Entry {
  const { id, organisationId, kind, shortcode, storeNumber, formerStoreNumbers, mode, validation, closedAt } = stored;
  return {
    channel: { id, organisationId, kind, shortcode, storeNumber, formerStoreNumbers, mode, validation, closedAt },
    version: stored.version,
    secrets: stored.secrets.map((secret) => ({
      fingerprint: Buffer.from(secret.fingerprint, 'hex'),
      retireAt: secret.retireAt?.getTime() ?? NEVER,
    })),
    loadedAt: now,
    askedAt: now,
  };
}
