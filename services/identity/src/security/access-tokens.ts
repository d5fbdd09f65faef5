import { TOKEN_AUDIENCE, TOKEN_ISSUER, type TokenVerifier, tokenVerifier } from '@malipo/service-kit';
import { createLocalJWKSet, SignJWT } from 'jose';
import type { User } from '../domain/user.ts';
import type { SigningKeys } from './signing-keys.ts';

/** RFC 9700 asks for short-lived access tokens; roles and deactivation take hold within this time. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;

export type AccessTokens = {
  /** A token that proves the user, the organisation and the role until `at` plus 15 minutes. */
  sign(user: User, at: Date): Promise<string>;
  verify: TokenVerifier;
  jwks: { keys: SigningKeys[number]['jwk'][] };
};

export function createAccessTokens(keys: SigningKeys): AccessTokens {
  const [{ kid, privateKey }] = keys;
  const jwks = { keys: keys.map((key) => key.jwk) };
  return {
    jwks,
    verify: tokenVerifier(createLocalJWKSet(jwks)),
    sign: (user, at) => {
      const issuedAt = Math.floor(at.getTime() / 1000);
      return new SignJWT({ org: user.organisationId, roles: [user.role] })
        .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' })
        .setSubject(user.id)
        .setIssuer(TOKEN_ISSUER)
        .setAudience(TOKEN_AUDIENCE)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
        .sign(privateKey);
    },
  };
}
