import { ABSENT, SlotTable, textKey } from './slot-table.ts';

/** Lists longer than this are not walked to find candidates; they only confirm one found by other means. */
export const MAX_WALK = 200;

/**
 * From a key to the slots filed under it, ascending, so that neither load order nor renaming shows. Most keys hold one
 * slot, which is kept without a list. Nothing here grows with use but the keys and slots themselves.
 */
export class Postings<K extends string | number> {
  /** A slot, or beyond all slots the place of a list. */
  private readonly table = new SlotTable();
  private readonly lists: number[][] = [];
  private readonly freed: number[] = [];

  get keys(): number {
    return this.table.size;
  }

  add(key: K, slot: number): void {
    const number = numberOf(key);
    const held = this.table.get(number);
    if (held === ABSENT) this.table.set(number, slot);
    else if (held < LISTS) {
      if (held !== slot) this.table.set(number, LISTS + this.keep(held < slot ? [held, slot] : [slot, held]));
    } else {
      const slots = this.listAt(held);
      const at = firstNotBelow(slots, slot);
      if (slots[at] !== slot) insert(slots, at, slot);
    }
  }

  remove(key: K, slot: number): void {
    const number = numberOf(key);
    const held = this.table.get(number);
    if (held === slot) this.table.delete(number);
    if (held < LISTS) return;
    const slots = this.listAt(held);
    const at = firstNotBelow(slots, slot);
    if (slots[at] !== slot) return;
    slots.splice(at, 1);
    if (slots.length > 1) return;
    this.table.set(number, slots[0] ?? slot);
    this.freed.push(held - LISTS);
  }

  /** One slot, a list of them, or undefined. The list must not be changed. */
  get(key: K): Slots | undefined {
    const held = this.table.get(numberOf(key));
    if (held === ABSENT) return undefined;
    return held < LISTS ? held : this.listAt(held);
  }

  count(key: K): number {
    const held = this.table.get(numberOf(key));
    if (held === ABSENT) return 0;
    return held < LISTS ? 1 : this.listAt(held).length;
  }

  /** Calls `visit` for every slot of a key, unless there are more than `most`. @returns how many there are */
  each(key: K, visit: (slot: number) => void, most = MAX_WALK): number {
    const held = this.table.get(numberOf(key));
    if (held === ABSENT) return 0;
    if (held < LISTS) {
      visit(held);
      return 1;
    }
    const slots = this.listAt(held);
    if (slots.length <= most) for (const slot of slots) visit(slot);
    return slots.length;
  }

  private listAt(held: number): number[] {
    return this.lists[held - LISTS] ?? [];
  }

  private keep(slots: number[]): number {
    const at = this.freed.pop() ?? this.lists.length;
    this.lists[at] = slots;
    return at;
  }
}

/** More slots than a process has room for. */
const LISTS = 2 ** 32;

const numberOf = (key: string | number): number => (typeof key === 'string' ? textKey(key) : key);

/** One slot or several, ascending. */
export type Slots = number | readonly number[];

/** The slots as a list, be it of one. */
export const listOf = (slots: Slots): readonly number[] => (typeof slots === 'number' ? [slots] : slots);

/** Most slots of a list that are looked at, so that what a long list costs does not grow with it. */
export const MAX_STEPS = 64;

/** Calls `visit` for the first slots that fit, `most` at most. @returns how many it called */
export function eachFirst(
  slots: readonly number[],
  fits: (slot: number) => boolean,
  most: number,
  visit: (slot: number) => void,
): number {
  const steps = Math.min(slots.length, MAX_STEPS);
  let found = 0;
  for (let at = 0; at < steps && found < most; at++) {
    const slot = slots[at] ?? 0;
    if (!fits(slot)) continue;
    found++;
    visit(slot);
  }
  return found;
}

export function isOn(held: Slots, slot: number): boolean {
  if (typeof held === 'number') return held === slot;
  return held[firstNotBelow(held, slot)] === slot;
}

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
