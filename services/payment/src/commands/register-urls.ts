import type { RegisterUrls } from '@malipo/api-contracts';
import { UpstreamError } from '@malipo/service-kit';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { DarajaAnswer } from '../providers/daraja-answer.ts';
import { alterChannel, type Target } from './change-channel.ts';
import { callbackUrls, findChannel, merchantOf } from './channels.ts';

/**
 * Switches Pull on, where a number is nominated for it, and tells the provider our addresses (C2B, version 2).
 * @throws {UpstreamError} registration_refused: production registers once; delete the old one in the portal first
 * @throws {UpstreamError} registration_unknown: the provider may have done it and did not say so
 * @throws {NotFoundError} channel_not_found
 */
export async function registerUrls(deps: Deps, { caller, id }: Target, wanted: z.output<typeof RegisterUrls>) {
  const channel = await findChannel(deps, caller.organisationId, id);
  const merchant = merchantOf(deps, channel);
  const urls = callbackUrls(deps, channel);
  const daraja = deps.daraja[channel.mode];
  if (wanted.pullNumber) {
    // first, since it may be repeated: after the addresses, which production takes once, a failure could not be mended
    refuseUnlessOk(await daraja.registerPull(merchant, channel.shortcode, wanted.pullNumber, urls.pull));
    await deps.channels.enablePull(id);
    await deps.channels.pullAtOnce(id, deps.now());
  }
  refuseUnlessOk(
    await daraja.registerUrls(merchant, channel.shortcode, { ...urls, responseType: wanted.responseType }),
  );
  await alterChannel(deps, { caller, id }, 'addresses_registered', (now) => ({
    ...now,
    // of the secret that was registered, whatever was rotated meanwhile
    registered: { fingerprint: channel.secrets[0]?.fingerprint ?? '', at: deps.now() },
  }));
  return { confirmation: true, pull: wanted.pullNumber !== undefined };
}

function refuseUnlessOk(answer: DarajaAnswer<unknown>): void {
  if (answer.kind === 'ok') return;
  const message = 'message' in answer ? answer.message : answer.kind;
  // also in an answer without a code; whose addresses they are, it does not say
  if (answer.kind === 'unknown' && !/already registered/i.test(message))
    throw new UpstreamError(
      'registration_unknown',
      `the provider did not say whether it registered the addresses (${message}); register them again, and where it then says that they are registered, look in its portal`,
    );
  throw new UpstreamError('registration_refused', `the provider did not register the addresses: ${message}`);
}
