const FIRST_ROOM = 64;

/** A few bits for each slot, which say what it may be filed under: a mark that is missing is proof, one that shows is none. */
export class Marks {
  private bits = new Int32Array(FIRST_ROOM);

  set(slot: number, marks: number): void {
    if (slot >= this.bits.length) {
      const larger = new Int32Array(2 * slot);
      larger.set(this.bits);
      this.bits = larger;
    }
    this.bits[slot] = marks;
  }

  of(slot: number): number {
    return this.bits[slot] ?? 0;
  }
}

/** Spreads keys that count up over the bits (Knuth, The Art of Computer Programming 3, 6.4). */
const GOLDEN = 0x9e3779b1;

/**
 * The mark of a key: three bits of 32, so that of customers with two or three keys one in a hundred shows another's
 * (Bloom, Space/time trade-offs in hash coding with allowable errors, CACM 1970).
 */
export function markOf(key: number): number {
  const mixed = Math.imul(key, GOLDEN);
  return (1 << (mixed >>> 27)) | (1 << ((mixed >>> 22) & 31)) | (1 << ((mixed >>> 17) & 31));
}

/** The marks of several keys in one number: a key of which a bit is missing is none of them. */
export const marksOf = (keys: readonly number[]): number => keys.reduce((marks, key) => marks | markOf(key), 0);
