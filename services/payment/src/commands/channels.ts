import { randomBytes } from 'node:crypto';
import type { NewPaymentChannel, ProviderCredentials } from '@malipo/api-contracts';
import {
  ConflictError,
  fingerprint,
  InvalidError,
  NotFoundError,
  RaceLostError,
  refusingIndex,
  untilWon,
} from '@malipo/service-kit';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { Credentials, Merchant } from '../providers/daraja.ts';
import type { ChannelSecret, StoredChannel } from '../store/channels.ts';

type NewChannel = z.output<typeof NewPaymentChannel>;

/**
 * Opens a channel. Live ones must pass a call to the provider first; test ones are made known to the local sandbox where
 * that is allowed.
 * @throws {InvalidError} credentials_required, credentials_refused
 * @throws {ConflictError} channel_exists, shortcode_taken
 */
export async function createChannel(deps: Deps, organisationId: string, wanted: NewChannel): Promise<StoredChannel> {
  // before the provider is asked: the sandbox would replace what it knows of the short code
  if (await isOwn(deps, organisationId, wanted)) throw alreadyOpen();
  const credentials = await passedCredentials(deps, wanted);
  const channel: StoredChannel = {
    id: deps.newId(),
    organisationId,
    version: 1,
    rail: wanted.rail,
    kind: wanted.kind,
    shortcode: wanted.shortcode,
    storeNumber: wanted.storeNumber ?? null,
    name: wanted.name,
    mode: wanted.mode,
    validation: wanted.validation,
    secrets: [newSecret(deps)],
    credentials: credentials ? deps.sealer.seal(JSON.stringify(credentials)) : null,
    pull: { enabled: false, lastGoodAt: null, leaseUntil: deps.now() },
    createdAt: deps.now(),
  };
  try {
    await deps.channels.insert(channel);
  } catch (error) {
    throw await refusalOf(deps, channel, error);
  }
  deps.channelCache.put(channel, deps.now().getTime());
  deps.log.info({ channelId: channel.id, mode: channel.mode, kind: channel.kind }, 'payment channel opened');
  return channel;
}

/** Names of the unique indexes: a channel is opened once by each organisation, and a live short code by one of all. */
const ONCE = 'once';
const LIVE = 'live';

/** What to say where a unique index refused a channel; any other error as it is. */
async function refusalOf(deps: Deps, channel: StoredChannel, error: unknown): Promise<unknown> {
  const index = refusingIndex(error);
  if (index !== ONCE && index !== LIVE) return error;
  // both refuse a live short code that is one's own already, and MongoDB names whichever it asked first
  if (index === ONCE || (await isOwn(deps, channel.organisationId, channel))) return alreadyOpen();
  return new ConflictError(
    'shortcode_taken',
    'this live short code is registered already; ask us where it should not be',
  );
}

const alreadyOpen = () =>
  new ConflictError('channel_exists', 'you have a channel with this short code and mode already');

type Place = Pick<StoredChannel, 'rail' | 'mode' | 'shortcode'>;

async function isOwn({ channels }: Deps, organisationId: string, wanted: Place): Promise<boolean> {
  const isSame = ({ rail, mode, shortcode }: Place) =>
    rail === wanted.rail && mode === wanted.mode && shortcode === wanted.shortcode;
  for (let cursor: string | undefined; ; ) {
    const { data, page } = await channels.list(organisationId, { limit: 200, cursor }, isSame);
    if (data.includes(true)) return true;
    if (page.next === null) return false;
    cursor = page.next;
  }
}

async function passedCredentials(deps: Deps, wanted: NewChannel): Promise<ProviderCredentialsIn | undefined> {
  const { credentials, mode, shortcode, kind, storeNumber = null, name } = wanted;
  if (!credentials && mode === 'test') return deps.sandbox?.register({ shortcode, kind, storeNumber, name });
  if (!credentials)
    throw new InvalidError('credentials_required', 'a live channel needs its provider credentials', {
      fields: [{ pointer: '#/credentials', detail: 'required for live; use mode "test" to try without' }],
    });
  if (await deps.daraja[mode].checkCredentials(credentials)) return credentials;
  throw new InvalidError('credentials_refused', 'the provider refuses these credentials', {
    fields: [{ pointer: '#/credentials', detail: 'consumerKey and consumerSecret were refused' }],
  });
}

type ProviderCredentialsIn = Credentials | z.output<typeof ProviderCredentials>;

/** 32 hexadecimal characters: base64 could spell words that Safaricom forbids in addresses. */
function newSecret(deps: Pick<Deps, 'sealer'>): ChannelSecret {
  const secret = randomBytes(16).toString('hex');
  return { fingerprint: fingerprint(secret), sealed: deps.sealer.seal(secret), retireAt: null };
}

const OVERLAP_MS = 30 * 24 * 3_600_000;

/**
 * Makes new callback addresses; the old ones stay valid beside them, since the provider's registration is hard to change.
 * @throws {NotFoundError} channel_not_found
 */
export function rotateSecret(
  deps: Deps,
  organisationId: string,
  id: string,
  retireOldAt?: Date,
): Promise<StoredChannel> {
  return untilWon(async () => {
    const channel = await findChannel(deps, organisationId, id);
    const now = deps.now();
    const retireAt = retireOldAt ?? new Date(now.getTime() + OVERLAP_MS);
    const kept = channel.secrets
      .filter((secret) => !secret.retireAt || secret.retireAt > now)
      .map((secret) => ({
        ...secret,
        retireAt: secret.retireAt && secret.retireAt < retireAt ? secret.retireAt : retireAt,
      }));
    const next = { ...channel, version: channel.version + 1, secrets: [newSecret(deps), ...kept] };
    if (!(await deps.channels.save(next))) throw new RaceLostError('payment channel');
    deps.channelCache.put(next, now.getTime());
    deps.log.info({ channelId: id }, 'callback secret rotated');
    return next;
  });
}

/** @throws {NotFoundError} channel_not_found */
export async function findChannel(
  deps: Pick<Deps, 'channels'>,
  organisationId: string,
  id: string,
): Promise<StoredChannel> {
  const channel = await deps.channels.find(organisationId, id);
  if (channel) return channel;
  throw new NotFoundError('channel_not_found', `there is no payment channel ${id}`);
}

/** The addresses to give to the provider; they hold the newest secret. */
export function callbackUrls(deps: Pick<Deps, 'sealer' | 'config'>, { id, secrets: [newest] }: StoredChannel) {
  const base = `${deps.config.MALIPO_PUBLIC_URL}/callbacks/${id}/${deps.sealer.open(newest?.sealed ?? '')}`;
  return {
    validation: `${base}/c2b/validation`,
    confirmation: `${base}/c2b/confirmation`,
    stk: `${base}/stk`,
    result: `${base}/result`,
    timeout: `${base}/timeout`,
    pull: `${base}/pull`,
  };
}

/** Who we are to the provider. @throws {ConflictError} channel_without_credentials */
export function merchantOf(deps: Pick<Deps, 'sealer'>, channel: StoredChannel): Merchant {
  if (!channel.credentials)
    throw new ConflictError(
      'channel_without_credentials',
      'this channel has no provider credentials, so it can only receive',
    );
  const credentials = JSON.parse(deps.sealer.open(channel.credentials)) as Credentials;
  return { ...credentials, businessShortcode: channel.storeNumber ?? channel.shortcode };
}
