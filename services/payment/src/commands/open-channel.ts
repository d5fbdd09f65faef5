import type { NewPaymentChannel } from '@malipo/api-contracts';
import { type Caller, ConflictError, InvalidError, refusingIndex } from '@malipo/service-kit';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { Credentials } from '../providers/daraja.ts';
import type { StoredChannel } from '../store/channels.ts';
import { changeOf, newSecret, passedCredentials } from './channels.ts';

type NewChannel = z.output<typeof NewPaymentChannel>;

/**
 * Opens a channel. Live ones must pass a call to the provider first; test ones are made known to the local sandbox where
 * that is allowed.
 * @throws {InvalidError} credentials_required, credentials_refused
 * @throws {ConflictError} channel_exists, shortcode_taken
 */
export async function createChannel(deps: Deps, caller: Caller, wanted: NewChannel): Promise<StoredChannel> {
  const { organisationId } = caller;
  // before the provider is asked: the sandbox would replace what it knows of the short code
  const own = await findOwn(deps, organisationId, wanted);
  if (own) throw alreadyThere(own);
  const credentials = await firstCredentials(deps, wanted);
  const channel: StoredChannel = {
    id: deps.newId(),
    organisationId,
    version: 1,
    rail: wanted.rail,
    kind: wanted.kind,
    shortcode: wanted.shortcode,
    storeNumber: wanted.storeNumber ?? null,
    formerStoreNumbers: [],
    name: wanted.name,
    mode: wanted.mode,
    validation: wanted.validation,
    secrets: [newSecret(deps)],
    closedAt: null,
    credentials: credentials ? deps.sealer.seal(JSON.stringify(credentials)) : null,
    registered: null,
    pull: { enabled: false, lastGoodAt: null, leaseUntil: deps.now() },
    createdAt: deps.now(),
  };
  try {
    await deps.relay.commit(async (tx) => {
      await deps.channels.insert(channel, tx);
      await deps.channelChanges.insert(changeOf(deps, caller, 'opened', channel), tx);
    });
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
  const own = await findOwn(deps, channel.organisationId, channel);
  if (index === ONCE || own) return alreadyThere(own ?? channel);
  return new ConflictError(
    'shortcode_taken',
    'this live short code is registered already; ask us where it should not be',
  );
}

const alreadyThere = ({ id, closedAt }: StoredChannel) =>
  new ConflictError(
    'channel_exists',
    closedAt
      ? `you have a channel with this short code and mode, which is closed; reopen it: POST /api/v1/payment-channels/${id}/reopen`
      : 'you have a channel with this short code and mode already',
  );

type Place = Pick<StoredChannel, 'rail' | 'mode' | 'shortcode'>;

async function findOwn(deps: Deps, organisationId: string, place: Place): Promise<StoredChannel | undefined> {
  const { rail, mode, shortcode } = place;
  const same = { rail, mode, shortcode };
  return (await deps.channels.list(organisationId, same, { limit: 1 }, (channel) => channel)).data[0];
}

async function firstCredentials(deps: Deps, wanted: NewChannel): Promise<Credentials | undefined> {
  const { credentials, mode, shortcode, kind, storeNumber = null, name } = wanted;
  if (credentials) return passedCredentials(deps, mode, credentials);
  if (mode === 'test') return deps.sandbox?.register({ shortcode, kind, storeNumber, name });
  throw new InvalidError('credentials_required', 'a live channel needs its provider credentials', {
    fields: [{ pointer: '#/credentials', detail: 'required for live; use mode "test" to try without' }],
  });
}
