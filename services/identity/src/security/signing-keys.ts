import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** A key pair with its id, the RFC 7638 thumbprint of the public half. */
export type SigningKey = {
  kid: string;
  privateKey: KeyObject;
  jwk: { kty: 'OKP'; crv: 'Ed25519'; x: string; kid: string; alg: 'EdDSA'; use: 'sig' };
};

/** The first signs, all verify: a new key is put behind the old one, published, then moved to the front. */
export type SigningKeys = readonly [SigningKey, ...SigningKey[]];

const PEM = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g;

/**
 * Reads Ed25519 private keys: PKCS8 as PEM (newlines may be written `\n`) or as base64 of the PEM or DER, separated by
 * commas or newlines.
 * @throws {Error} where one is no such key; the message never shows the key
 */
export function readSigningKeys(text: string): SigningKeys {
  const plain = text.replaceAll('\\n', '\n');
  const parts = plain.match(PEM) ?? plain.split(/[\s,]+/).filter(Boolean);
  const [first, ...others] = parts.map(readOne);
  if (!first) throw new Error('holds no key');
  return [first, ...others];
}

function readOne(part: string, index: number): SigningKey {
  const privateKey = parse(part);
  if (privateKey?.asymmetricKeyType !== 'ed25519')
    throw new Error(`key ${index + 1} is no Ed25519 private key in PKCS8 (PEM, or base64 of it)`);
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (x === undefined) throw new Error(`key ${index + 1} has no public half`);
  const kid = thumbprint(x);
  return { kid, privateKey, jwk: { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' } };
}

function parse(part: string): KeyObject | undefined {
  try {
    if (part.startsWith('-----')) return createPrivateKey(part);
    const bytes = Buffer.from(part, 'base64');
    if (bytes.subarray(0, 5).toString() === '-----') return createPrivateKey(bytes.toString());
    return createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' });
  } catch {
    return undefined;
  }
}

/** RFC 7638 §3: the required members in order, hashed. */
const thumbprint = (x: string): string =>
  createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');
