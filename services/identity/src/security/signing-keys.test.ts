import { generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, test } from 'vitest';
import { readSigningKeys } from './signing-keys.ts';

const pem = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('signing keys', () => {
  test('one key reads the same as PEM, as PEM with written newlines, as base64 of PEM and as base64 of DER', () => {
    const text = pem();
    const der = text.replace(/-----[A-Z ]+-----/g, '').replace(/\s/g, '');
    const forms = [text, text.replaceAll('\n', '\\n'), base64(text), der];
    expect(new Set(forms.map((form) => readSigningKeys(form)[0].kid)).size).toBe(1);
  });

  test('several keys keep their order, whether commas or newlines part them', () => {
    const [old, fresh] = [pem(), pem()];
    const kids = [old, fresh].map((text) => readSigningKeys(text)[0].kid);
    expect(readSigningKeys(`${old}${fresh}`).map((key) => key.kid)).toEqual(kids);
    expect(readSigningKeys(`${old},${fresh}`).map((key) => key.kid)).toEqual(kids);
    expect(readSigningKeys(`${base64(old)},\n${base64(fresh)}`).map((key) => key.kid)).toEqual(kids);
  });

  test('the key id is the RFC 7638 thumbprint', async () => {
    const { jwk, kid } = readSigningKeys(pem())[0];
    expect(await calculateJwkThumbprint(jwk)).toBe(kid);
  });

  test.each([
    ['nothing', ''],
    ['noise', 'not a key'],
    [
      'an RSA key',
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
    ],
    ['a public key', generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' })],
  ])('%s is refused without being shown', (_what, text) => {
    expect(() => readSigningKeys(text.toString())).toThrow(/^(holds no key|key 1 is no Ed25519 private key)/);
  });
});
