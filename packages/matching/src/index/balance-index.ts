import { type Filed, Marks, markOf, marksOf } from './marks.ts';
import { eachInBoth, firstNotBelow, listOf } from './postings.ts';

/** A list longer than this is cut in two, so that a change moves few slots however many customers owe the same. */
const MAX_CHUNK = 512;
/** Most slots of a list that are looked up in a long one. */
const MAX_STEPS = 64;

type Chunks = { count: number; chunks: number[][] };

/**
 * Which customers owe exactly this much on one invoice: slots ascending, once for every such invoice. Most balances are
 * owed by one customer, who is kept without a list.
 */
export class BalanceIndex {
  private readonly byCents = new Map<number, number | Chunks>();
  private readonly marks = new Marks();

  /** How many open invoices have this balance. */
  count(cents: number): number {
    const held = this.byCents.get(cents);
    return typeof held === 'number' ? 1 : (held?.count ?? 0);
  }

  add(cents: number, slot: number): void {
    this.marks.add(slot, markOf(cents));
    const held = this.byCents.get(cents);
    if (held === undefined) {
      this.byCents.set(cents, slot);
      return;
    }
    if (typeof held === 'number') {
      this.byCents.set(cents, { count: 2, chunks: [held < slot ? [held, slot] : [slot, held]] });
      return;
    }
    held.count++;
    const at = chunkOf(held.chunks, slot);
    const chunk = held.chunks[at] ?? [];
    if ((chunk.at(-1) ?? 0) <= slot) chunk.push(slot);
    else chunk.splice(firstNotBelow(chunk, slot), 0, slot);
    if (chunk.length > MAX_CHUNK) held.chunks.splice(at + 1, 0, chunk.splice(MAX_CHUNK >> 1));
  }

  /** @param left what the customer owes on its other invoices */
  remove(cents: number, slot: number, left: readonly number[]): void {
    this.marks.set(slot, marksOf(left));
    const held = this.byCents.get(cents);
    if (held === slot) this.byCents.delete(cents);
    if (held === undefined || typeof held === 'number') return;
    const at = chunkOf(held.chunks, slot);
    const chunk = held.chunks[at] ?? [];
    const where = firstNotBelow(chunk, slot);
    if (chunk[where] !== slot) return;
    held.count--;
    chunk.splice(where, 1);
    if (chunk.length === 0) held.chunks.splice(at, 1);
    if (held.count === 1) this.byCents.set(cents, held.chunks[0]?.[0] ?? slot);
  }

  /** False where the customer surely owes this much on no invoice. */
  mayOwe(slot: number, cents: number): boolean {
    return this.marks.show(slot, markOf(cents));
  }

  /** Calls `visit` for the first of some customers (slots ascending) who owe this much. @returns how many it called */
  among(cents: number, customers: Filed | undefined, most: number, visit: (slot: number) => void): number {
    const held = this.byCents.get(cents);
    if (held === undefined || customers === undefined) return 0;
    const { marks } = this;
    const mark = markOf(cents);
    if (typeof held === 'number') return eachInBoth({ slots: held, marks, mark }, customers, most, visit);
    const [first = [], second] = held.chunks;
    if (!second) return eachInBoth({ slots: first, marks, mark }, customers, most, visit);
    const list = listOf(customers);
    let found = 0;
    for (let at = 0; at < list.length && at < MAX_STEPS && found < most; at++) {
      const slot = list[at] ?? 0;
      if (!marks.show(slot, mark) || !isIn(held.chunks, slot)) continue;
      found++;
      visit(slot);
    }
    return found;
  }
}

function isIn(chunks: readonly number[][], slot: number): boolean {
  const chunk = chunks[chunkOf(chunks, slot)] ?? [];
  return chunk[firstNotBelow(chunk, slot)] === slot;
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
