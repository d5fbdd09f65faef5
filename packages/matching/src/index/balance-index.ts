/** Which customers owe exactly this much on one invoice: slots ascending, once for every such invoice. */
export class BalanceIndex {
  private readonly byCents = new Map<number, number[]>();

  /** How many open invoices have this balance. */
  count(cents: number): number {
    return this.byCents.get(cents)?.length ?? 0;
  }

  /** The customers' slots; must not be changed. */
  slots(cents: number): readonly number[] | undefined {
    return this.byCents.get(cents);
  }

  add(cents: number, slot: number): void {
    const held = this.byCents.get(cents);
    if (!held) this.byCents.set(cents, [slot]);
    else if ((held.at(-1) ?? 0) <= slot) held.push(slot);
    else held.splice(firstAbove(held, slot), 0, slot);
  }

  remove(cents: number, slot: number): void {
    const held = this.byCents.get(cents);
    if (!held) return;
    const at = firstAbove(held, slot) - 1;
    if (held[at] !== slot) return;
    if (held.length === 1) this.byCents.delete(cents);
    else held.splice(at, 1);
  }
}

function firstAbove(slots: readonly number[], slot: number): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slots[middle] ?? 0) <= slot) low = middle + 1;
    else high = middle;
  }
  return low;
}
