import { RaceLostError, UnauthenticatedError, untilWon } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { judge, type Session } from '../domain/session.ts';
import { issueToken, type OpaqueToken, openAs, readToken, sealFor } from '../security/opaque-tokens.ts';
import { activeUser, organisationOf, type SignedIn, signedIn } from './open-session.ts';

/**
 * Exchanges a refresh token for the next one. The one just used gives the same successor again for ten seconds, since
 * its answer may have been lost; anything older means that a token was copied, and ends the whole family.
 * @throws {UnauthenticatedError} refresh_token_invalid, refresh_token_reused, session_ended, user_inactive
 */
export async function refreshSession(deps: Deps, refreshToken: string): Promise<SignedIn> {
  const token = readToken(refreshToken);
  if (!token) throw unknownToken();
  const { session, next } = await untilWon(() => exchange(deps, token));
  const user = await activeUser(deps, session.userId);
  const organisation = await organisationOf(deps, user.organisationId);
  deps.signIns.inc({ outcome: 'refreshed' });
  return signedIn(deps, user, organisation, next);
}

async function exchange(deps: Deps, token: OpaqueToken): Promise<{ session: Session; next: string }> {
  const session = await deps.sessions.find(token.selectorHash);
  if (!session) throw unknownToken();
  const at = deps.now();
  const verdict = judge(session, token.hash, at);
  if (verdict === 'rotate') return { session, next: await rotate(deps, session, token, at) };
  if (verdict === 'repeat' && session.previous) return { session, next: openAs(token, session.previous.successor) };
  if (verdict === 'ended') throw new UnauthenticatedError('session_ended', 'this session is over; sign in again');
  await deps.sessions.end(session.id, at);
  deps.signIns.inc({ outcome: 'reused' });
  deps.log.warn(
    { organisationId: session.organisationId, userId: session.userId },
    'an old refresh token was used again; its session is ended',
  );
  throw new UnauthenticatedError('refresh_token_reused', 'this refresh token was used before; sign in again');
}

async function rotate(deps: Deps, session: Session, token: OpaqueToken, at: Date): Promise<string> {
  const next = issueToken(token.selector);
  const previous = { hash: token.hash, successor: sealFor(token, next.text), usedAt: at };
  if (await deps.sessions.rotate(session.id, next.hash, previous)) return next.text;
  throw new RaceLostError('the session');
}

const unknownToken = () =>
  new UnauthenticatedError('refresh_token_invalid', 'this refresh token is not ours or has run out; sign in again');
