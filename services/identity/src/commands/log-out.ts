import type { Deps } from '../deps.ts';
import { readToken } from '../security/opaque-tokens.ts';

/** Ends the session that a refresh token belongs to; one that is unknown or already over is no error. */
export async function logOut(deps: Deps, refreshToken: string): Promise<void> {
  const token = readToken(refreshToken);
  if (token) await deps.sessions.end(token.selectorHash, deps.now());
}
