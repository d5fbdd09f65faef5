import { MAX_COMPARED, slips } from '../text/distance.ts';
import { MIN_FUZZY } from '../text/names.ts';
import { Marks, marksOf } from './marks.ts';
import { eachInBoth, type Named, NameRows } from './name-rows.ts';
import { Postings } from './postings.ts';

/** Weight of a word that is a name but for one slip, or that is cut off. */
const NEAR = 0.8;
/** Most vocabulary words that one damaged word may stand for. */
const MAX_NEAR = 12;
/** Most unknown words whose neighbours are remembered. */
const MAX_RESOLVED = 2_000;
const PAIR_BASE = 2 ** 26;

/**
 * Names of one business: every distinct word once, with the customers (by name or contact) who carry it, and pairs of
 * words, so that "John Otieno" is found where John alone is a thousand people.
 */
export class NameIndex {
  private readonly ids = new Map<string, number>();
  readonly words: string[] = [];
  /** Words of which it is the beginning, or that are its beginning. */
  private readonly cutOffs: number[][] = [];
  /** How many customers carry the word, own name or contact. */
  readonly carriers: number[] = [];
  private readonly near = new Postings<string>();
  private readonly byWord = new Postings<number>();
  private readonly byPair = new Postings<number>();
  /** What each customer's names show. */
  readonly marks = new Marks();
  private readonly rows = new NameRows();
  private readonly resolved = new Map<string, readonly number[]>();
  private resolvedAt = 0;
  /** Customers with a name. */
  people = 0;

  idOf(word: string): number {
    const known = this.ids.get(word);
    if (known !== undefined) return known;
    const id = this.words.length;
    this.ids.set(word, id);
    this.words.push(word);
    this.carriers.push(0);
    this.cutOffs.push([]);
    if (word.length >= MIN_FUZZY) {
      this.noteCutOffs(word, id);
      for (const key of nearKeys(word)) this.near.add(key, id);
    }
    return id;
  }

  /** Joseph may be a Josephine cut off: words that begin with one another are not told apart for certain. */
  private noteCutOffs(word: string, id: number): void {
    this.near.each(`${word.slice(0, MIN_FUZZY)}*`, (other) => {
      const known = this.words[other] ?? '';
      if (!known.startsWith(word) && !word.startsWith(known)) return;
      this.cutOffs[id]?.push(other);
      this.cutOffs[other]?.push(id);
    });
  }

  add(slot: number, names: readonly (readonly number[])[]): void {
    this.people++;
    this.change(slot, names, 1);
  }

  remove(slot: number, names: readonly (readonly number[])[]): void {
    this.people--;
    this.change(slot, names, -1);
  }

  /** Surprise of meeting this name by chance, in nats, capped by the smallness of the business. */
  rarity(id: number): number {
    return Math.log((this.people + 2) / ((this.carriers[id] ?? 0) + 1));
  }

  /** Vocabulary words that a typed word may mean: itself and its cut-off forms, else those one slip away or cut off to it. */
  resolve(word: string, visit: (id: number, weight: number) => void): void {
    const exact = this.ids.get(word);
    if (exact !== undefined && (this.carriers[exact] ?? 0) > 0) {
      visit(exact, 1);
      for (const id of this.cutOffs[exact] ?? []) if ((this.carriers[id] ?? 0) > 0) visit(id, NEAR);
    } else if (word.length >= MIN_FUZZY) for (const id of this.nearTo(word)) visit(id, NEAR);
  }

  /** Remembered until the vocabulary grows: the same damaged and unknown words come again and again. */
  private nearTo(word: string): readonly number[] {
    if (this.resolvedAt !== this.words.length || this.resolved.size >= MAX_RESOLVED) this.resolved.clear();
    this.resolvedAt = this.words.length;
    const known = this.resolved.get(word);
    if (known) return known;
    const found: number[] = [];
    for (const key of nearKeys(word)) {
      this.near.each(key, (id) => {
        if (found.length >= MAX_NEAR || found.includes(id)) return;
        const other = this.words[id] ?? '';
        if (other.startsWith(word) || slips(other, word) <= 1) found.push(id);
      });
    }
    this.resolved.set(word, found);
    return found;
  }

  carriersOf(id: number, visit: (slot: number) => void, most: number): number {
    return this.byWord.each(id, visit, most);
  }

  carriersOfPair(a: number, b: number, visit: (slot: number) => void, most: number): number {
    return this.byPair.each(pairKey(a, b), visit, most);
  }

  /** Customers who carry the word. */
  carrying(id: number): Named | undefined {
    const slots = this.byWord.get(id);
    return slots === undefined ? undefined : this.rows.one(slots, id);
  }

  /** Customers who carry both words in one name. */
  carryingPair(a: number, b: number): Named | undefined {
    const slots = this.byPair.get(pairKey(a, b));
    return slots === undefined ? undefined : this.rows.pair(slots, a, b);
  }

  /** Customers who carry both words, be it in one name or one in their own and one in a contact's; the first few. */
  carriersOfBoth(a: number, b: number, most: number, visit: (slot: number) => void): number {
    const one = this.carrying(a);
    const other = one && this.carrying(b);
    return one && other ? eachInBoth(one, other, most, visit) : 0;
  }

  private change(slot: number, names: readonly (readonly number[])[], sign: 1 | -1): void {
    const all = names.flat();
    this.marks.set(slot, sign > 0 ? marksOf(all) : 0);
    this.rows.set(slot, sign > 0 ? names : []);
    for (const id of new Set(all)) {
      this.carriers[id] = (this.carriers[id] ?? 0) + sign;
      if (sign > 0) this.byWord.add(id, slot);
      else this.byWord.remove(id, slot);
    }
    for (const name of names) {
      for (const [at, a] of name.entries()) {
        for (const b of name.slice(at + 1)) {
          if (sign > 0) this.byPair.add(pairKey(a, b), slot);
          else this.byPair.remove(pairKey(a, b), slot);
        }
      }
    }
  }
}

const pairKey = (a: number, b: number): number => (a < b ? a * PAIR_BASE + b : b * PAIR_BASE + a);

/** The word, the word with one letter dropped at each place, and its first four letters (for cut-off names). */
function nearKeys(word: string): string[] {
  const keys = [word, `${word.slice(0, MIN_FUZZY)}*`];
  if (word.length > MAX_COMPARED) return keys;
  for (let at = 0; at < word.length; at++) keys.push(word.slice(0, at) + word.slice(at + 1));
  return keys;
}
