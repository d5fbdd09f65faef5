import { randomBytes } from 'node:crypto';
import { type Caller, ConflictError, fingerprint, InvalidError, NotFoundError } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import type { ChangedField, ChangeKind, ChannelChange } from '../domain/channel-change.ts';
import type { Mode } from '../domain/telling.ts';
import type { Credentials, Merchant } from '../providers/daraja.ts';
import type { ChannelSecret, StoredChannel } from '../store/channels.ts';

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

/** 32 hexadecimal characters: base64 could spell words that Safaricom forbids in addresses. */
export function newSecret(deps: Pick<Deps, 'sealer'>): ChannelSecret {
  const secret = randomBytes(16).toString('hex');
  return { fingerprint: fingerprint(secret), sealed: deps.sealer.seal(secret), retireAt: null };
}

/** Credentials that the provider takes. @throws {InvalidError} credentials_refused */
export async function passedCredentials(deps: Deps, mode: Mode, credentials: Credentials): Promise<Credentials> {
  if (await deps.daraja[mode].checkCredentials(credentials)) return credentials;
  throw new InvalidError('credentials_refused', 'the provider refuses these credentials', {
    fields: [{ pointer: '#/credentials', detail: 'consumerKey and consumerSecret were refused' }],
  });
}

/** What is kept of a change for whoever asks later who did it. */
export const changeOf = (
  deps: Pick<Deps, 'newId' | 'now'>,
  { userId }: Pick<Caller, 'userId'>,
  what: ChangeKind,
  { id, organisationId, version }: StoredChannel,
  fields: ChangedField[] = [],
): ChannelChange => ({
  id: deps.newId(),
  organisationId,
  channelId: id,
  version,
  what,
  who: userId,
  at: deps.now(),
  fields,
});
