import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { InvalidError } from './errors.ts';

/**
 * Encrypts small secrets (provider credentials, callback secrets) at rest with AES-256-GCM.
 * @param keyHex 64 hexadecimal characters
 */
export function createSealer(keyHex: string) {
  const key = Buffer.from(keyHex, 'hex');
  return {
    /** @returns base64 of nonce (12 bytes), tag (16) and ciphertext */
    seal(plain: string): string {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    /** @throws {InvalidError} sealed_unreadable: another key, or the text was changed */
    open(sealed: string): string {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new InvalidError('sealed_unreadable', 'a stored secret cannot be read with this MALIPO_SECRET_KEY', {
          cause,
        });
      }
    },
  };
}

export type Sealer = ReturnType<typeof createSealer>;

/** SHA-256 in hexadecimal, for storing what is only ever compared. */
export const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Compares a secret with its stored fingerprint in constant time. */
export const matchesFingerprint = (text: string, stored: string): boolean =>
  timingSafeEqual(Buffer.from(fingerprint(text), 'hex'), Buffer.from(stored, 'hex'));
