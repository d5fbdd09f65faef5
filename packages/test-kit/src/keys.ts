import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, type JWK, SignJWT } from 'jose';

export type TestKeys = {
  /** Where services fetch the public key: MALIPO_JWKS_URL. */
  jwksUrl: string;
  jwks: { keys: JWK[] };
  /** PKCS8 DER in base64: MALIPO_SIGNING_KEY. */
  signingKey: string;
  /** A signed access token of 15 minutes. */
  tokenFor(who: { organisationId: string; userId?: string; roles?: readonly string[] }): Promise<string>;
  close(): Promise<void>;
};

/** Keys of this test, published as identity would: tokens are checked for real. */
export async function testKeys(): Promise<TestKeys> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'EdDSA', use: 'sig' };
  const server = createServer(
    (_request, response) =>
      void response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] })),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    jwksUrl: `http://127.0.0.1:${port}/.well-known/jwks.json`,
    jwks: { keys: [jwk] },
    signingKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    tokenFor: ({ organisationId, userId = '01890000-0000-7000-8000-00000000000a', roles = ['owner'] }) =>
      new SignJWT({ org: organisationId, roles })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
        .setSubject(userId)
        .setIssuer('malipo')
        .setAudience('malipo')
        .setIssuedAt()
        .setExpirationTime('15m')
        .sign(privateKey),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
