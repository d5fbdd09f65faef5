import { createRemoteJWKSet, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { AppError, ForbiddenError, UnauthenticatedError } from '../errors.ts';

export const Role = z.enum(['owner', 'admin', 'bookkeeper', 'viewer']);
export type Role = z.infer<typeof Role>;

/** Who is calling, from a verified token. */
export type Caller = { userId: string; organisationId: string; roles: readonly Role[]; tokenExpiresAt: Date };

export type TokenVerifier = (token: string) => Promise<Caller>;

const Claims = z.object({ sub: z.string().min(1), org: z.string().min(1), roles: z.array(Role), exp: z.int() });

export const TOKEN_ISSUER = 'malipo';
export const TOKEN_AUDIENCE = 'malipo';

/** As long as identity lets keys be kept; a key that was withdrawn is good no longer than this. */
const RENEW_MS = 5 * 60_000;
/** Without identity nobody gets a new token, so that older keys than this have nothing left to verify. */
const KEPT_MS = 30 * 60_000;
/** Pause after a renewal that failed. */
const RENEW_TRY_MS = 5_000;

/**
 * Verifies with identity's published keys, fetched once, again when an unknown key id appears, and every few minutes
 * behind what is asked meanwhile: those who are signed in do not need identity.
 */
export function remoteVerifier(jwksUrl: string): TokenVerifier {
  const options = { cooldownDuration: 1_000, timeoutDuration: 2_000, cacheMaxAge: KEPT_MS };
  const keys = createRemoteJWKSet(new URL(jwksUrl), options);
  let renewAt = Date.now() + RENEW_MS;
  return tokenVerifier((header, token) => {
    if (Date.now() >= renewAt || Date.now() < renewAt - RENEW_MS) {
      // the second: the clock was set back
      renewAt = Date.now() + RENEW_TRY_MS;
      keys.reload().then(
        () => {
          renewAt = Date.now() + RENEW_MS;
        },
        () => undefined, // those that are here serve on
      );
    }
    return keys(header, token);
  });
}

/** Verifies access tokens: Ed25519 only, issuer, audience and expiry (60 s of clock skew), which a token must have. */
export function tokenVerifier(keys: JWTVerifyGetKey): TokenVerifier {
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['EdDSA'],
        issuer: TOKEN_ISSUER,
        audience: TOKEN_AUDIENCE,
        clockTolerance: 60,
        requiredClaims: ['exp'],
      });
      const claims = Claims.parse(payload);
      return {
        userId: claims.sub,
        organisationId: claims.org,
        roles: claims.roles,
        tokenExpiresAt: new Date(claims.exp * 1000),
      };
    } catch (cause) {
      throw isKeyServerDown(cause)
        ? new AppError('unavailable', 'identity_unreachable', 'tokens cannot be checked right now; try again shortly', {
            cause,
          })
        : new UnauthenticatedError('token_invalid', 'the access token is missing, expired or not ours; sign in again', {
            cause,
          });
    }
  };
}

const isKeyServerDown = (error: unknown): boolean =>
  (error as { code?: string }).code === 'ERR_JWKS_TIMEOUT' ||
  /fetch failed|ECONNREFUSED|Expected 200 OK/.test(String(error));

const BEARER = /^bearer /i;

/**
 * The token of an `Authorization` header, whose scheme may be written in any case.
 * @see RFC 9110 §11.1
 * @throws {UnauthenticatedError} token_missing
 */
export function bearerToken(header: string | undefined): string {
  const token = header && BEARER.test(header) ? header.replace(BEARER, '').trim() : '';
  if (!token) throw new UnauthenticatedError('token_missing', 'send the access token as Authorization: Bearer …');
  return token;
}

/** @throws {ForbiddenError} role_missing */
export function requireRole(caller: Caller, allowed: readonly Role[]): void {
  if (caller.roles.some((role) => role === 'owner' || allowed.includes(role))) return;
  throw new ForbiddenError('role_missing', `this needs one of the roles: ${['owner', ...allowed].join(', ')}`);
}
