import type { NameIndex } from '../index/name-index.ts';
import type { CustomerRecord } from '../state.ts';
import type { NameReading } from './reading.ts';

/** How well typed or delivered names fit a customer's own name or a contact's; the better of the two. */
export type NameFit = {
  /** Words that fit, slips counted for less. */
  matched: number;
  /** Surprise of the fit in nats: a rare name says more. */
  rarity: number;
  /** Share of the typed words that fit, 0 to 1. */
  cover: number;
  contact: boolean;
  /** Each of the two has a name that the other lacks: Dennis Chebet Kimani is hardly Dennis Korir Kimani. */
  differs: boolean;
};

/** Words that fit from which a name counts as a full one: two, one of them with a slip or an initial for it at most. */
export const FULL_NAME = 1.5;

const NOTHING: NameFit = { matched: 0, rarity: 0, cover: 0, contact: false, differs: false };
/** An initial that fits is worth this share of a word. */
const INITIAL = 0.25;

/** How well typed names fit a customer's own, or that of the contact whom they fit better. */
export function nameFit(index: NameIndex, typed: NameReading, customer: CustomerRecord): NameFit {
  if (typed.weights.size === 0) return NOTHING;
  let best = fit(index, typed, customer.name, false);
  for (const contact of customer.contacts) {
    const other = fit(index, typed, contact, true);
    if (other.rarity > best.rarity) best = other;
  }
  return best;
}

function fit(index: NameIndex, typed: NameReading, name: readonly number[], contact: boolean): NameFit {
  let matched = 0;
  let rarity = 0;
  let initials = 0;
  let words = 0;
  for (const id of name) {
    const weight = typed.weights.get(id);
    if (weight !== undefined) {
      words++;
      matched += weight;
      rarity += weight * index.rarity(id);
    } else if (typed.initials.includes((index.words[id] ?? '')[0] ?? ' ')) initials++;
  }
  if (matched === 0) return NOTHING;
  const differs = words < typed.whole && words + initials < name.length;
  return { matched: matched + initials * INITIAL, rarity, cover: Math.min(1, matched / typed.count), contact, differs };
}
