import type { Filed } from './marks.ts';

/** Lists longer than this are not walked to find candidates; they only confirm one found by other means. */
export const MAX_WALK = 200;
/** Most steps spent on what two lists have in common, however long they are. */
const MAX_MEETING_STEPS = 64;

/**
 * From a key to the slots filed under it, ascending, so that neither load order nor renaming shows. Most keys hold one
 * slot, which is kept without a list. Nothing here grows with use but the keys and slots themselves.
 */
export class Postings<K> {
  private readonly byKey = new Map<K, number | number[]>();

  get keys(): number {
    return this.byKey.size;
  }

  add(key: K, slot: number): void {
    const held = this.byKey.get(key);
    if (held === undefined) this.byKey.set(key, slot);
    else if (typeof held === 'number') {
      if (held !== slot) this.byKey.set(key, held < slot ? [held, slot] : [slot, held]);
    } else {
      const at = firstNotBelow(held, slot);
      if (held[at] !== slot) insert(held, at, slot);
    }
  }

  remove(key: K, slot: number): void {
    const held = this.byKey.get(key);
    if (held === undefined) return;
    if (held === slot) this.byKey.delete(key);
    if (typeof held === 'number') return;
    const at = firstNotBelow(held, slot);
    if (held[at] !== slot) return;
    held.splice(at, 1);
    if (held.length === 1) this.byKey.set(key, held[0] ?? slot);
  }

  /** One slot, a list of them, or undefined. The list must not be changed. */
  get(key: K): number | readonly number[] | undefined {
    return this.byKey.get(key);
  }

  count(key: K): number {
    const held = this.byKey.get(key);
    return held === undefined ? 0 : typeof held === 'number' ? 1 : held.length;
  }

  /** Calls `visit` for every slot of a key, unless there are more than `most`. @returns how many there are */
  each(key: K, visit: (slot: number) => void, most = MAX_WALK): number {
    const held = this.byKey.get(key);
    if (held === undefined) return 0;
    if (typeof held === 'number') {
      visit(held);
      return 1;
    }
    if (held.length <= most) for (const slot of held) visit(slot);
    return held.length;
  }
}

/**
 * Calls `visit` for the first slots that two ascending lists share, `most` at most. Walks the shorter and looks up in the
 * longer, for a bounded number of steps: what a long list costs does not grow with it.
 * @returns how many it called
 */
export function eachInBoth(a: Filed, b: Filed, most: number, visit: (slot: number) => void): number {
  const one = listOf(a);
  const other = listOf(b);
  const isFirstShorter = one.length <= other.length;
  const [short, long] = isFirstShorter ? [one, other] : [other, one];
  const { marks, mark } = isFirstShorter ? b : a;
  const steps = Math.min(short.length, MAX_MEETING_STEPS);
  let found = 0;
  let from = 0;
  for (let at = 0; at < steps && found < most; at++) {
    const slot = short[at] ?? 0;
    if (!marks.show(slot, mark) || (at > 0 && slot === short[at - 1])) continue;
    from = firstNotBelow(long, slot, from);
    if (long[from] !== slot) continue;
    found++;
    visit(slot);
  }
  return found;
}

/** The slots as a list, be it of one. */
export const listOf = ({ slots }: Filed): readonly number[] => (typeof slots === 'number' ? [slots] : slots);

/** First position whose slot is not below the given one. */
export function firstNotBelow(slots: readonly number[], slot: number, from = 0): number {
  let low = from;
  let high = slots.length;
  if ((slots[high - 1] ?? -1) < slot) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slots[middle] ?? 0) < slot) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Most slots come in ascending order and go to the end. */
function insert(slots: number[], at: number, slot: number): void {
  if (at === slots.length) slots.push(slot);
  else slots.splice(at, 0, slot);
}
