import { hashMsisdn } from '@malipo/values';

/** The last few numbers: a payment is read, remembered and taught within one breath, and each asks for the same hash. */
const MEMORY = 8;
const numbers: string[] = new Array(MEMORY).fill('');
const hashes: string[] = new Array(MEMORY).fill('');
let next = 0;

/** Hexadecimal digits of a hash that a number holds exactly: one in four thousand million million meets another's. */
const KEY_DIGITS = 13;

/** What a hash (64 hexadecimal digits) is looked up under; nothing is filed under what is no hash. */
export const hashKey = (hash: string): number => Number.parseInt(hash.slice(0, KEY_DIGITS), 16);

/** Hash of a number (`254…`) as the provider sends it; remembers the last few. */
export function numberHash(msisdn: string): string {
  const at = numbers.indexOf(msisdn);
  if (at >= 0) return hashes[at] ?? '';
  const hash = hashMsisdn(msisdn);
  numbers[next] = msisdn;
  hashes[next] = hash;
  next = (next + 1) % MEMORY;
  return hash;
}
