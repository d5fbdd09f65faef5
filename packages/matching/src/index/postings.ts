/** Lists longer than this are not walked to find candidates; they only confirm one found by other means. */
export const MAX_WALK = 200;

/**
 * From a key to the slots filed under it. Most keys hold one slot, which is kept without a list.
 * Nothing here grows with use but the keys and slots themselves.
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
      if (held !== slot) this.byKey.set(key, [held, slot]);
    } else if (held.at(-1) !== slot) held.push(slot);
  }

  remove(key: K, slot: number): void {
    const held = this.byKey.get(key);
    if (held === undefined) return;
    if (held === slot) this.byKey.delete(key);
    if (typeof held === 'number') return;
    const at = held.indexOf(slot);
    if (at < 0) return;
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
