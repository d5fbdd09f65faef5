import { BalanceRows } from './balance-rows.ts';
import type { Marks } from './marks.ts';
import type { Named } from './name-rows.ts';
import { eachFirst, firstNotBelow, isOn, listOf, MAX_STEPS } from './postings.ts';

/** A list longer than this is cut in two, so that a change moves few slots however many customers owe the same. */
const MAX_LIST = 512;

/** Slots of customers, ascending, once for every invoice, and beside each what its names show: walked in the order they lie in. */
type List = { slots: number[]; shown: number[] };
/** Lists one after the other; `begins` is each one's first slot, so that a search looks into no other. */
type Lists = { count: number; lists: List[]; begins: number[] };

/** Which customers owe exactly this much on one invoice. Most balances are owed by one customer, who is kept without a list. */
export class BalanceIndex {
  private readonly byCents = new Map<number, number | List | Lists>();
  private readonly rows = new BalanceRows();
  private readonly names: Marks;

  /** @param names what the customers' names show; `renew` tells when it has changed */
  constructor(names: Marks) {
    this.names = names;
  }

  /** How many open invoices have this balance. */
  count(cents: number): number {
    const held = this.byCents.get(cents);
    if (held === undefined) return 0;
    if (typeof held === 'number') return 1;
    return 'count' in held ? held.count : held.slots.length;
  }

  add(cents: number, slot: number): void {
    this.rows.add(slot, cents);
    const held = this.byCents.get(cents);
    if (held === undefined) this.byCents.set(cents, slot);
    else if (typeof held === 'number') {
      const slots = held < slot ? [held, slot] : [slot, held];
      this.byCents.set(cents, { slots, shown: slots.map((one) => this.names.of(one)) });
    } else if ('count' in held) insertInto(held, slot, this.names.of(slot));
    else {
      insert(held, slot, this.names.of(slot));
      if (held.slots.length > MAX_LIST) this.byCents.set(cents, inTwo(held));
    }
  }

  /** @param left what the customer owes on its other invoices */
  remove(cents: number, slot: number, left: readonly number[]): void {
    this.rows.set(slot, left);
    const held = this.byCents.get(cents);
    if (held === slot) this.byCents.delete(cents);
    if (held === undefined || typeof held === 'number') return;
    if ('count' in held) removeFrom(held, slot);
    else remove(held, slot);
    const [only, second] = 'count' in held ? held.lists : [held];
    if (only && !second) this.byCents.set(cents, only.slots.length === 1 ? (only.slots[0] ?? slot) : only);
  }

  /** The customer, who owes this much, has other names than before. */
  renew(cents: number, slot: number): void {
    const held = this.byCents.get(cents);
    if (held === undefined || typeof held === 'number') return;
    for (const { slots, shown } of 'count' in held ? held.lists : [held]) {
      for (let at = firstNotBelow(slots, slot); slots[at] === slot; at++) shown[at] = this.names.of(slot);
    }
  }

  /** Does the customer owe this much on an invoice? */
  owes(slot: number, cents: number): boolean {
    return this.rows.owes(slot, cents) ?? isIn(this.byCents.get(cents), slot);
  }

  /**
   * Calls `visit` for the first customers under some names who owe this much. Walks the shorter list, for a bounded number
   * of steps: what a long list costs does not grow with it.
   * @returns how many it called
   */
  among(cents: number, named: Named | undefined, most: number, visit: (slot: number) => void): number {
    const held = this.byCents.get(cents);
    if (held === undefined || named === undefined) return 0;
    if (typeof held === 'number') return eachFirst([held], named.has, most, visit);
    const list = listOf(named.slots);
    if (!('count' in held) && held.slots.length <= list.length) return eachNamed(held, named, most, visit);
    return eachFirst(list, (slot) => this.owes(slot, cents), most, visit);
  }
}

function eachNamed({ slots, shown }: List, named: Named, most: number, visit: (slot: number) => void): number {
  const { mark } = named;
  const steps = Math.min(slots.length, MAX_STEPS);
  let found = 0;
  for (let at = 0; at < steps && found < most; at++) {
    const slot = slots[at] ?? 0;
    if (((shown[at] ?? 0) & mark) !== mark || (at > 0 && slot === slots[at - 1]) || !named.has(slot)) continue;
    found++;
    visit(slot);
  }
  return found;
}

function isIn(held: number | List | Lists | undefined, slot: number): boolean {
  if (held === undefined || typeof held === 'number') return held === slot;
  const list = 'count' in held ? held.lists[lastNotAbove(held.begins, slot)] : held;
  return list !== undefined && isOn(list.slots, slot);
}

/** Most slots come in ascending order and go to the end. */
function insert({ slots, shown }: List, slot: number, shows: number): void {
  const at = (slots.at(-1) ?? 0) <= slot ? slots.length : firstNotBelow(slots, slot);
  slots.splice(at, 0, slot);
  shown.splice(at, 0, shows);
}

/** @returns false where it was not there */
function remove({ slots, shown }: List, slot: number): boolean {
  const at = firstNotBelow(slots, slot);
  if (slots[at] !== slot) return false;
  slots.splice(at, 1);
  shown.splice(at, 1);
  return true;
}

function insertInto(held: Lists, slot: number, shows: number): void {
  const at = Math.max(0, lastNotAbove(held.begins, slot));
  const list = held.lists[at];
  if (!list) return;
  insert(list, slot, shows);
  held.count++;
  held.begins[at] = list.slots[0] ?? slot;
  if (list.slots.length <= MAX_LIST) return;
  const { lists, begins } = inTwo(list);
  held.lists.splice(at, 1, ...lists);
  held.begins.splice(at, 1, ...begins);
}

function removeFrom(held: Lists, slot: number): void {
  const at = lastNotAbove(held.begins, slot);
  const list = held.lists[at];
  if (!list || !remove(list, slot)) return;
  held.count--;
  if (list.slots.length > 0) {
    held.begins[at] = list.slots[0] ?? slot;
    return;
  }
  held.lists.splice(at, 1);
  held.begins.splice(at, 1);
}

function inTwo(list: List): Lists {
  const { slots, shown } = list;
  const count = slots.length;
  const rest = { slots: slots.splice(count >> 1), shown: shown.splice(count >> 1) };
  return { count, lists: [list, rest], begins: [slots[0] ?? 0, rest.slots[0] ?? 0] };
}

const lastNotAbove = (slots: readonly number[], slot: number): number => firstNotBelow(slots, slot + 1) - 1;
