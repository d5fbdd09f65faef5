import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

/** A body as it came; beyond the limit only its length and SHA-256 (hexadecimal, over all of it) are known. */
export type RawBody = { body: Buffer; bytes: number; sha256: string | null };

const KEPT_BYTES = 64 * 1024;

/** Reads a body of any type and size, keeping at most 64 KiB of it in memory. */
export function readRawBody(stream: Readable, done: (error: Error | null, raw?: RawBody) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let digest: ReturnType<typeof createHash> | undefined;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (digest) return void digest.update(chunk);
    chunks.push(chunk);
    if (bytes <= KEPT_BYTES) return;
    digest = createHash('sha256');
    for (const kept of chunks) digest.update(kept);
  });
  stream.on('error', (error) => done(error));
  stream.on('end', () => {
    const [only] = chunks;
    const whole = only && chunks.length === 1 ? only : Buffer.concat(chunks);
    const body = digest ? whole.subarray(0, KEPT_BYTES) : whole;
    done(null, { body, bytes, sha256: digest?.digest('hex') ?? null });
  });
}
