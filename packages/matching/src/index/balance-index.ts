import { eachInBoth, firstNotBelow } from './postings.ts';

/** A list longer than this is cut in two, so that a change moves few slots however many customers owe the same. */
const MAX_CHUNK = 512;
/** Most slots of a list that are looked up in a long one. */
const MAX_STEPS = 64;

/** Which customers owe exactly this much on one invoice: slots ascending, once for every such invoice. */
export class BalanceIndex {
  private readonly byCents = new Map<number, { count: number; chunks: number[][] }>();

  /** How many open invoices have this balance. */
  count(cents: number): number {
    return this.byCents.get(cents)?.count ?? 0;
  }

  add(cents: number, slot: number): void {
    const held = this.byCents.get(cents);
    if (!held) {
      this.byCents.set(cents, { count: 1, chunks: [[slot]] });
      return;
    }
    held.count++;
    const at = chunkOf(held.chunks, slot);
    const chunk = held.chunks[at] ?? [];
    if ((chunk.at(-1) ?? 0) <= slot) chunk.push(slot);
    else chunk.splice(firstNotBelow(chunk, slot), 0, slot);
    if (chunk.length > MAX_CHUNK) held.chunks.splice(at + 1, 0, chunk.splice(MAX_CHUNK >> 1));
  }

  remove(cents: number, slot: number): void {
    const held = this.byCents.get(cents);
    if (!held) return;
    const at = chunkOf(held.chunks, slot);
    const chunk = held.chunks[at] ?? [];
    const where = firstNotBelow(chunk, slot);
    if (chunk[where] !== slot) return;
    held.count--;
    chunk.splice(where, 1);
    if (chunk.length === 0) held.chunks.splice(at, 1);
    if (held.count === 0) this.byCents.delete(cents);
  }

  /** Calls `visit` for the first of some customers (slots ascending) who owe this much. @returns how many it called */
  among(
    cents: number,
    slots: number | readonly number[] | undefined,
    most: number,
    visit: (slot: number) => void,
  ): number {
    const held = this.byCents.get(cents);
    if (!held || slots === undefined) return 0;
    const list = typeof slots === 'number' ? [slots] : slots;
    if (held.chunks.length === 1) return eachInBoth(held.chunks[0], list, most, visit);
    let found = 0;
    for (let at = 0; at < list.length && at < MAX_STEPS && found < most; at++) {
      const slot = list[at] ?? 0;
      const chunk = held.chunks[chunkOf(held.chunks, slot)] ?? [];
      if (chunk[firstNotBelow(chunk, slot)] !== slot) continue;
      found++;
      visit(slot);
    }
    return found;
  }
}

/** The last chunk that begins at or below the slot; the first where none does. */
function chunkOf(chunks: readonly number[][], slot: number): number {
  let low = 0;
  let high = chunks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((chunks[middle]?.[0] ?? 0) <= slot) low = middle;
    else high = middle - 1;
  }
  return low;
}
