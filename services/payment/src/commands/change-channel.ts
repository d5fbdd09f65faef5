import type { ChangePaymentChannel } from '@malipo/api-contracts';
import { type Caller, ConflictError, RaceLostError, untilWon, type VersionCheck } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { type ChangeKind, changedFields } from '../domain/channel-change.ts';
import type { StoredChannel } from '../store/channels.ts';
import { changeOf, findChannel, newSecret, passedCredentials } from './channels.ts';

/** Which channel somebody changes. */
export type Target = { caller: Caller; id: string; check?: VersionCheck };

/**
 * Changes a channel and notes who did it, in one commit; every replica follows within seconds.
 * @param next the channel as it becomes, without its version; undefined where nothing changes
 * @throws {NotFoundError} channel_not_found
 * @throws {StaleError} version_stale
 */
export const alterChannel = (
  deps: Deps,
  { caller, id, check }: Target,
  what: ChangeKind,
  next: (channel: StoredChannel) => StoredChannel | undefined,
): Promise<StoredChannel> =>
  untilWon(async () => {
    const before = await findChannel(deps, caller.organisationId, id);
    check?.(before.version);
    const changed = next(before);
    if (!changed) return before;
    const after = { ...changed, version: before.version + 1 };
    await deps.relay.commit(async (tx) => {
      if (!(await deps.channels.save(after, tx))) throw new RaceLostError('payment channel');
      if (after.credentials !== before.credentials) await deps.channels.pullAtOnce(id, deps.now(), tx);
      await deps.channelChanges.insert(changeOf(deps, caller, what, after, changedFields(before, after)), tx);
    });
    deps.channelCache.put(after, deps.now().getTime());
    deps.log.info({ channelId: id, version: after.version, by: caller.userId }, LOG[what]);
    return after;
  });

const LOG: Record<ChangeKind, string> = {
  opened: 'payment channel opened',
  changed: 'payment channel changed',
  closed: 'payment channel closed',
  reopened: 'payment channel reopened',
  secret_rotated: 'callback secret rotated',
  addresses_registered: 'callback addresses registered',
};

/**
 * Changes what its people set of a channel; what is left out stays. New credentials must pass a call to the provider.
 * @throws {NotFoundError} channel_not_found
 * @throws {ConflictError} mode_fixed
 * @throws {InvalidError} credentials_refused
 * @throws {UpstreamError} sandbox_refused
 * @throws {StaleError} version_stale
 */
export async function changeChannel(
  deps: Deps,
  target: Target,
  { mode, credentials, ...wanted }: ChangePaymentChannel,
): Promise<StoredChannel> {
  const { caller, id, check } = target;
  const seen = await findChannel(deps, caller.organisationId, id);
  check?.(seen.version); // before the provider is asked
  if (mode && mode !== seen.mode) throw modeFixed(seen);
  const passed = credentials && JSON.stringify(await passedCredentials(deps, seen.mode, credentials));
  const apply = (channel: StoredChannel): StoredChannel => {
    const { name = channel.name, kind = channel.kind } = wanted;
    const { validation = channel.validation, storeNumber = channel.storeNumber } = wanted;
    const former = new Set(channel.formerStoreNumbers);
    if (channel.storeNumber !== null) former.add(channel.storeNumber);
    if (storeNumber !== null) former.delete(storeNumber);
    return { ...channel, name, kind, validation, storeNumber, formerStoreNumbers: [...former] };
  };
  if (!passed) await tellSandbox(deps, seen, apply(seen));
  return alterChannel(deps, target, 'changed', (channel) => {
    const isNew = passed !== undefined && (!channel.credentials || deps.sealer.open(channel.credentials) !== passed);
    const after = { ...apply(channel), credentials: isNew ? deps.sealer.seal(passed) : channel.credentials };
    return changedFields(channel, after).length > 0 ? after : undefined;
  });
}

/** The local sandbox goes on prompting for a channel that it knows from us, by its present name, kind and store number. */
async function tellSandbox({ sandbox, sealer }: Deps, before: StoredChannel, after: StoredChannel): Promise<void> {
  const { mode, shortcode, credentials } = after;
  const isTold = (['name', 'kind', 'storeNumber'] as const).every((field) => before[field] === after[field]);
  if (isTold || !sandbox || mode !== 'test' || !credentials) return;
  if (sealer.open(credentials) === JSON.stringify(sandbox.credentialsOf(shortcode))) await sandbox.register(after);
}

/** What a channel was paid is of its mode for ever. @see docs/adr/0009-test-and-live-money.md */
function modeFixed({ mode }: StoredChannel) {
  const remedy =
    mode === 'test'
      ? 'close this one and open a channel with mode "live" and the same short code'
      : 'open a channel with mode "test" beside it';
  return new ConflictError('mode_fixed', `a channel stays ${mode} for ever, so that test and live money never mix`, {
    fields: [{ pointer: '#/mode', detail: remedy }],
  });
}

/**
 * Closes a channel: it prompts nobody and lets no payment pass validation. Its callbacks stay open and its Pull goes on,
 * since money may be paid all the same, and is recorded. Closing a closed one changes nothing.
 * @throws {NotFoundError} channel_not_found
 * @throws {StaleError} version_stale
 */
export const closeChannel = (deps: Deps, target: Target): Promise<StoredChannel> =>
  alterChannel(deps, target, 'closed', (channel) =>
    channel.closedAt ? undefined : { ...channel, closedAt: deps.now() },
  );

/** Opens a closed channel again, as it was. @throws {NotFoundError} channel_not_found @throws {StaleError} version_stale */
export const reopenChannel = (deps: Deps, target: Target): Promise<StoredChannel> =>
  alterChannel(deps, target, 'reopened', (channel) => (channel.closedAt ? { ...channel, closedAt: null } : undefined));

const OVERLAP_MS = 30 * 24 * 3_600_000;
/** Each call with a wrong secret is compared with all that are valid. */
const MAX_OLD_SECRETS = 10;

/**
 * Makes new callback addresses; the old ones stay valid beside them, since the provider's registration is hard to change.
 * @throws {NotFoundError} channel_not_found
 * @throws {ConflictError} old_addresses_too_many
 * @throws {StaleError} version_stale
 */
export const rotateSecret = (deps: Deps, target: Target, retireOldAt?: Date): Promise<StoredChannel> =>
  alterChannel(deps, target, 'secret_rotated', (channel) => {
    const now = deps.now();
    const retireAt = retireOldAt ?? new Date(now.getTime() + OVERLAP_MS);
    const kept = channel.secrets
      .filter((secret) => !secret.retireAt || secret.retireAt > now)
      .map((secret) => ({
        ...secret,
        retireAt: secret.retireAt && secret.retireAt < retireAt ? secret.retireAt : retireAt,
      }))
      .filter((secret) => secret.retireAt > now);
    if (kept.length > MAX_OLD_SECRETS)
      throw new ConflictError(
        'old_addresses_too_many',
        `${MAX_OLD_SECRETS} old addresses are valid beside the new one`,
        {
          fields: [
            {
              pointer: '#/retireOldAt',
              detail: 'end the old ones now, or at an earlier time, and register the new one',
            },
          ],
        },
      );
    return { ...channel, secrets: [newSecret(deps), ...kept] };
  });
