import { randomInt } from 'node:crypto';

export interface Random {
  /** A fraction in [0, 1). */
  fraction(): number;
  /** A whole number in [0, below). */
  below(limit: number): number;
  hex(digits: number): string;
  shuffle<T>(items: readonly T[]): T[];
}

/** Mulberry32: small, fast and repeatable; not for secrets, and nothing here is one. */
export function createRandom(seed: number | undefined): Random {
  let state = (seed ?? randomInt(2 ** 32)) >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(fraction() * limit);
  const hex = (digits: number): string => Array.from({ length: digits }, () => below(16).toString(16)).join('');
  const shuffle = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, rank: fraction() }))
      .sort((left, right) => left.rank - right.rank)
      .map(({ item }) => item);
  return { fraction, below, hex, shuffle };
}
