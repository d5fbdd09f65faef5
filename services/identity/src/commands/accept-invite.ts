import { fingerprint, UnauthenticatedError } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { openSession, organisationOf, type SignedIn } from './open-session.ts';

/**
 * Sets the password of an invited user and signs that user in; an invite works once.
 * @throws {UnauthenticatedError} invite_invalid
 */
export async function acceptInvite(
  deps: Deps,
  { inviteToken, password, ip }: { inviteToken: string; password: string; ip: string },
): Promise<SignedIn> {
  const user = await deps.users.findByInvite(fingerprint(inviteToken));
  const at = deps.now();
  if (user?.status !== 'invited' || !user.invite || user.invite.expiresAt <= at) throw invalid();
  const passwordHash = await deps.passwords.hash(password);
  const active = { ...user, passwordHash, invite: null, status: 'active' as const };
  const accepted = { ...active, version: user.version + 1, updatedAt: at };
  if (!(await deps.users.replace(accepted))) throw invalid();
  deps.log.info({ organisationId: user.organisationId, userId: user.id }, 'invite accepted');
  return openSession(deps, accepted, await organisationOf(deps, user.organisationId), ip);
}

const invalid = () =>
  new UnauthenticatedError('invite_invalid', 'this invite was used, withdrawn or has run out; ask for another one');
