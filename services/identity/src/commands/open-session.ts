import { type ClientSession, NotFoundError, UnauthenticatedError } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import type { Organisation } from '../domain/organisation.ts';
import type { User } from '../domain/user.ts';
import { ACCESS_TOKEN_SECONDS } from '../security/access-tokens.ts';
import { issueToken } from '../security/opaque-tokens.ts';

/** What signing in gives: the tokens, and who one is. */
export type SignedIn = {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
  organisation: Organisation;
  user: User;
};

const DAY_MS = 86_400_000;

/**
 * Begins a family of refresh tokens for a user who has just proved to be that user.
 * @param sender from where; it is known from now on
 */
export async function openSession(
  deps: Deps,
  user: User,
  organisation: Organisation,
  sender: string,
): Promise<SignedIn> {
  const at = deps.now();
  await deps.senders.note(user, sender, at);
  const token = issueToken();
  await deps.sessions.insert({
    id: token.selectorHash,
    organisationId: user.organisationId,
    userId: user.id,
    tokenHash: token.hash,
    previous: null,
    createdAt: at,
    expiresAt: new Date(at.getTime() + deps.config.MALIPO_SESSION_DAYS * DAY_MS),
    endedAt: null,
  });
  deps.signIns.inc({ outcome: 'opened' });
  return signedIn(deps, user, organisation, token.text);
}

/** Signs an access token beside a refresh token that is already stored. */
export async function signedIn(
  deps: Deps,
  user: User,
  organisation: Organisation,
  refreshToken: string,
): Promise<SignedIn> {
  const accessToken = await deps.accessTokens.sign(user, deps.now());
  return { accessToken, refreshToken, expiresIn: ACCESS_TOKEN_SECONDS, organisation, user };
}

/** @throws {NotFoundError} organisation_not_found */
export async function organisationOf(deps: Deps, organisationId: string): Promise<Organisation> {
  const organisation = await deps.organisations.find(organisationId);
  if (!organisation) throw new NotFoundError('organisation_not_found', 'this organisation does not exist');
  return organisation;
}

/** The user behind a token, as long as the account is in use. @throws {UnauthenticatedError} user_inactive */
export async function activeUser(deps: Deps, userId: string, session?: ClientSession): Promise<User> {
  const user = await deps.users.find(userId, session);
  if (user?.status !== 'active')
    throw new UnauthenticatedError('user_inactive', 'this account is not active; ask an owner of the organisation');
  return user;
}
