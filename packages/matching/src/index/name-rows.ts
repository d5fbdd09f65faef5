import { markOf } from './marks.ts';
import { eachFirst, isOn, listOf, type Slots } from './postings.ts';

/** Words of a row. Most customers have two or three names, and no contacts. */
const WORDS = 4;
const FIRST_ROOM = 64;
const NONE = -1;
/** At the end of a row that does not hold all of a customer's words. */
const MORE = -2;

/**
 * The first words of each customer's own name, in one dense row: most customers of whom it is asked whether they carry a
 * name answer with one place in memory, where a search through a long list takes a dozen.
 */
export class NameRows {
  private words = new Int32Array(WORDS * FIRST_ROOM).fill(NONE);

  /** @param names word ids of the customer's own name, and of each contact's */
  set(slot: number, [own = [], ...contacts]: readonly (readonly number[])[]): void {
    this.makeRoom(slot);
    const isWhole = own.length <= WORDS && contacts.length === 0;
    const row = this.words.subarray(WORDS * slot, WORDS * (slot + 1)).fill(NONE);
    row.set(own.slice(0, isWhole ? WORDS : WORDS - 1));
    if (!isWhole) row[WORDS - 1] = MORE;
  }

  /** Customers filed under a word. */
  one(slots: Slots, id: number): Named {
    const has = (slot: number) => this.shows(slot, id) || (this.hasMore(slot) && isOn(slots, slot));
    return { slots, mark: markOf(id), has };
  }

  /** Customers filed under two words of one name. */
  pair(slots: Slots, a: number, b: number): Named {
    const has = (slot: number) =>
      (this.shows(slot, a) && this.shows(slot, b)) || (this.hasMore(slot) && isOn(slots, slot));
    return { slots, mark: markOf(a) | markOf(b), has };
  }

  private shows(slot: number, id: number): boolean {
    const { words } = this;
    const at = WORDS * slot;
    return words[at] === id || words[at + 1] === id || words[at + 2] === id || words[at + 3] === id;
  }

  private hasMore(slot: number): boolean {
    return this.words[WORDS * slot + WORDS - 1] === MORE;
  }

  private makeRoom(slot: number): void {
    const { words } = this;
    if (WORDS * slot < words.length) return;
    this.words = new Int32Array(2 * WORDS * slot).fill(NONE, words.length);
    this.words.set(words);
  }
}

/** Customers filed under a name: their slots, the mark that all of them show, and whether one is among them. */
export type Named = { slots: Slots; mark: number; has(slot: number): boolean };

/**
 * Calls `visit` for the first customers that are under both, `most` at most. Walks the shorter list and asks the longer,
 * for a bounded number of steps: what a long list costs does not grow with it.
 * @returns how many it called
 */
export function eachInBoth(a: Named, b: Named, most: number, visit: (slot: number) => void): number {
  const one = listOf(a.slots);
  const other = listOf(b.slots);
  return one.length <= other.length ? eachFirst(one, b.has, most, visit) : eachFirst(other, a.has, most, visit);
}
