const FIRST_ROOM = 64;

/**
 * A few bits for each slot, which say what it may be filed under. Whether a long list holds a slot is a search through
 * places far apart in memory; most such questions end here, with one glance at a dense row. A mark that is missing is
 * proof, one that shows is none.
 */
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

  add(slot: number, marks: number): void {
    this.set(slot, (this.bits[slot] ?? 0) | marks);
  }

  /** May the slot be filed under all that the marks stand for? */
  show(slot: number, marks: number): boolean {
    return ((this.bits[slot] ?? 0) & marks) === marks;
  }
}

/** Spreads keys that count up over the bits (Knuth, The Art of Computer Programming 3, 6.4). */
const GOLDEN = 0x9e3779b1;

/** The mark of a key: one bit of 32. */
export const markOf = (key: number): number => 1 << (Math.imul(key, GOLDEN) >>> 27);

export const marksOf = (keys: readonly number[]): number => keys.reduce((marks, key) => marks | markOf(key), 0);

/** One slot or several, ascending, filed under something, and the marks that all of them show. */
export type Filed = { slots: number | readonly number[]; marks: Marks; mark: number };
