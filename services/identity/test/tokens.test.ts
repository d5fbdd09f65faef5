import { createPrivateKey } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Identity, newKey, startIdentity } from './support.ts';

const [current, next, foreign] = [newKey(), newKey(), newKey()];
let identity: Identity;
let accessToken: string;
let claims: JWTPayload;
let kid: string;

beforeAll(async () => {
  identity = await startIdentity({ MALIPO_SIGNING_KEY: `${current},${next}` });
  accessToken = (await identity.register()).body.accessToken;
  const [header = '', payload = ''] = accessToken.split('.');
  claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  ({ kid } = JSON.parse(Buffer.from(header, 'base64url').toString()));
});
afterAll(() => identity.stop());

const keyOf = (base64: string) =>
  createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' });
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const sign = (payload: object, { key = current, header = {} } = {}) =>
  new SignJWT({ ...claims, ...payload }).setProtectedHeader({ alg: 'EdDSA', kid, ...header }).sign(keyOf(key));
const me = (token: string) => identity.get('/api/v1/auth/me', token);

describe('access tokens', () => {
  test('say who, where and as what, for 15 minutes', () => {
    expect(claims).toMatchObject({ iss: 'malipo', aud: 'malipo', roles: ['owner'] });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(900);
  });

  test('are verified by the published keys, which hold no private part', async () => {
    const { body, headers } = await identity.get('/.well-known/jwks.json');
    expect(body.keys).toHaveLength(2);
    expect(body.keys[0]).toMatchObject({ kid, alg: 'EdDSA', crv: 'Ed25519' });
    expect(JSON.stringify(body)).not.toContain('"d"');
    expect(headers['cache-control']).toContain('public');
  });

  test('signed by the key to come are good already', async () => {
    const { body } = await identity.get('/.well-known/jwks.json');
    expect((await me(await sign({}, { key: next, header: { kid: body.keys[1].kid } }))).status).toBe(200);
  });

  const wrong: [string, () => Promise<string> | string][] = [
    ['no algorithm', () => `${encode({ alg: 'none' })}.${encode(claims)}.`],
    [
      'HS256 with the public key for a secret',
      async () => {
        const [key] = (await identity.get('/.well-known/jwks.json')).body.keys;
        return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(Buffer.from(key.x, 'base64url'));
      },
    ],
    ['a foreign key', () => sign({}, { key: foreign })],
    ['a foreign key id', () => sign({}, { header: { kid: '../../etc/passwd' } })],
    ['an expiry in the past', () => sign({ exp: Math.floor(Date.now() / 1000) - 61 })],
    ['no expiry', () => sign({ exp: undefined })],
    ['another audience', () => sign({ aud: 'somebody' })],
    ['another issuer', () => sign({ iss: 'somebody' })],
    ['a role nobody knows', () => sign({ roles: ['root'] })],
    ['no organisation', () => sign({ org: '' })],
    ['a changed body', () => accessToken.replace(/\.[^.]+\./, `.${encode({ ...claims, roles: ['admin'] })}.`)],
    ['nonsense', () => 'nonsense'],
  ];
  test.each(wrong)('with %s are refused', async (_what, make) => {
    expect(await me(await make())).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
  });

  test('are asked for', async () => {
    expect(await identity.get('/api/v1/auth/me')).toMatchObject({ status: 401, body: { code: 'token_missing' } });
  });
});

test('without a signing key identity does not start, and says what is missing', async () => {
  await expect(startIdentity({ MALIPO_SIGNING_KEY: 'not a key' })).rejects.toThrow(/MALIPO_SIGNING_KEY: key 1 is no/);
});
