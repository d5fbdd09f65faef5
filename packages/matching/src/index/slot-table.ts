const FIRST_ROOM = 16;
/** Spreads keys that count up over the table (Knuth, The Art of Computer Programming 3, 6.4). */
const GOLDEN = 0x9e3779b1;
const OTHER_HALF = 0x85ebca6b;
const TWO_32 = 2 ** 32;

/** What `get` answers for a key that is not there. */
export const ABSENT = -1;

/**
 * From a number (any safe integer) to a small one that is not negative, with linear probing in one dense row of pairs.
 * In a large business a look-up is one place in memory, where a `Map` has its bucket, its chain and the boxes of its keys
 * to fetch, and the garbage collector has nothing to look through.
 */
export class SlotTable {
  /** Keys at even places, values plus one at odd ones: 0 marks an empty pair. */
  private pairs = new Float64Array(0);
  private mask = -1;
  size = 0;

  get(key: number): number {
    const { pairs, mask } = this;
    if (mask < 0) return ABSENT;
    for (let at = place(key) & mask; ; at = (at + 1) & mask) {
      const value = pairs[2 * at + 1] ?? 0;
      if (value === 0) return ABSENT;
      if (pairs[2 * at] === key) return value - 1;
    }
  }

  set(key: number, value: number): void {
    if (2 * (this.size + 1) > this.mask + 1) this.grow();
    const at = this.find(key);
    if (this.pairs[2 * at + 1] === 0) this.size++;
    this.pairs[2 * at] = key;
    this.pairs[2 * at + 1] = value + 1;
  }

  /** Closes the gap, so that no search ends before what it looks for (Knuth, algorithm 6.4 R). */
  delete(key: number): void {
    if (this.mask < 0) return;
    const { pairs, mask } = this;
    let gap = this.find(key);
    if (pairs[2 * gap + 1] === 0) return;
    this.size--;
    for (let at = (gap + 1) & mask; pairs[2 * at + 1] !== 0; at = (at + 1) & mask) {
      const home = place(pairs[2 * at] ?? 0) & mask;
      if (((at - home) & mask) < ((at - gap) & mask)) continue;
      pairs.copyWithin(2 * gap, 2 * at, 2 * at + 2);
      gap = at;
    }
    pairs[2 * gap + 1] = 0;
  }

  /** Where the key is, or would be. */
  private find(key: number): number {
    const { pairs, mask } = this;
    let at = place(key) & mask;
    while (pairs[2 * at + 1] !== 0 && pairs[2 * at] !== key) at = (at + 1) & mask;
    return at;
  }

  private grow(): void {
    const old = this.pairs;
    const room = Math.max(FIRST_ROOM, 2 * (this.mask + 1));
    this.pairs = new Float64Array(2 * room);
    this.mask = room - 1;
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] === 0) continue;
      const to = this.find(old[at] ?? 0);
      this.pairs[2 * to] = old[at] ?? 0;
      this.pairs[2 * to + 1] = old[at + 1] ?? 0;
    }
  }
}

function place(key: number): number {
  const mixed = Math.imul(key ^ Math.imul(key / TWO_32, OTHER_HALF), GOLDEN);
  return mixed ^ (mixed >>> 15);
}

/**
 * A text as a number of 52 bits, by two multiplicative hashes: that a text meets one of a million others under its key
 * happens once in four thousand million.
 */
export function textKey(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), OTHER_HALF) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), OTHER_HALF) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return (high >>> 12) * TWO_32 + (low >>> 0);
}
