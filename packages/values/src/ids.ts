import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';

export const Id = z.uuid();

/** A fresh time-ordered id (UUIDv7, RFC 9562 §5.7), so that indexes on it grow at one end. */
export function newId(now = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  return stamp(bytes, 0x70);
}

/**
 * An id that follows from its parts (UUIDv8, RFC 9562 §5.8, from SHA-256): the same parts always give the same id,
 * so a natural key needs no second unique index and a repeat is found without a look-up.
 */
export const derivedId = (...parts: string[]): string =>
  stamp(hash('sha256', parts.join('\u0000'), 'buffer').subarray(0, 16), 0x80);

function stamp(bytes: Buffer, version: number): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | version;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
