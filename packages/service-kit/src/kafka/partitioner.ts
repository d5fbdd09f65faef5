import { murmur2 } from '@platformatic/kafka';

/** Beyond this many keys it forgets them all, and learns them anew. */
const MAX_KEYS = 10_000;

/**
 * murmur2, as the Java clients hash, reckoned once for each key: it is done with big integers, and our keys are
 * organisations.
 */
export function rememberingPartitioner(): (message: { key?: string }) => number {
  const known = new Map<string, number>();
  return ({ key = '' }) => {
    const held = known.get(key);
    if (held !== undefined) return held;
    if (known.size >= MAX_KEYS) known.clear();
    const hash = murmur2(Buffer.from(key)) & 0x7fffffff;
    known.set(key, hash);
    return hash;
  };
}
