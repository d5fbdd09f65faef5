import { expect, test } from 'vitest';
import { createSealer, fingerprint, matchesFingerprint } from './sealed.ts';

const sealer = createSealer('ab'.repeat(32));

test('what was sealed opens again, and never twice the same', () => {
  const [one, two] = [sealer.seal('passkey'), sealer.seal('passkey')];
  expect(one).not.toBe(two);
  expect([sealer.open(one), sealer.open(two)]).toEqual(['passkey', 'passkey']);
});

test('another key or a changed byte is refused', () => {
  const sealed = sealer.seal('passkey');
  expect(() => createSealer('cd'.repeat(32)).open(sealed)).toThrow(/MALIPO_SECRET_KEY/);
  const bytes = Buffer.from(sealed, 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  expect(() => sealer.open(bytes.toString('base64'))).toThrow();
});

test('a fingerprint matches its secret alone', () => {
  expect(matchesFingerprint('secret', fingerprint('secret'))).toBe(true);
  expect(matchesFingerprint('Secret', fingerprint('secret'))).toBe(false);
});
