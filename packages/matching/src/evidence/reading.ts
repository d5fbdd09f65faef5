import { MASK_END } from '../index/customers.ts';
import { digitKey, eachSlip, MAX_DIGITS, MIN_SERIAL } from '../index/digit-key.ts';
import { payerKeys } from '../index/payments.ts';
import type { State } from '../state.ts';
import { compactReference, withoutZeros } from '../text/fold.ts';
import { nameWords, possibleNames } from '../text/names.ts';
import { type PeriodWord, periodWordsIn, yearOf } from '../text/vocabulary.ts';
import type { PaymentFact } from '../types.ts';
import { digitCount, isDigits, type Segments, segment } from './segments.ts';

/** How well a text names a number: 4 exactly, 3 short or look-alike, 2 one slip, 1 two slips, 0 not. */
export type Level = 0 | 1 | 2 | 3 | 4;

/** An invoice that the reference names, how well, with how many digits, and where they start (-1 for a slip). */
export type Hit = { invoice: number; level: Level; digits: number; start: number };

/** A payment as the matcher reads it: everything that can be known without looking at a candidate. */
export type Reading = {
  payment: PaymentFact;
  /** What the payer typed, or the bank's narrative. */
  text: string;
  segments: Segments;
  hits: Hit[];
  slipHits: Hit[];
  /** Customer slots by account: in full, and by its digits alone. */
  accounts: Map<number, number>;
  /** Where in the text each of them is named. */
  accountsAt: { slot: number; start: number }[];
  phonesTyped: string[];
  /** Digits after a gap inside a typed phone number, without zeros: `0740 684 589` has 684 and 589. */
  phonePieces: string[];
  periods: readonly PeriodWord[];
  /** Name words in the text; weights by vocabulary id. */
  textNames: NameReading;
  payerNames: NameReading;
  payerKeys: string[];
  /** How many customers' numbers end in the digits that the payer's mask shows; 0 without a mask. */
  sharingMask: number;
};

/** Words that may be names, with the vocabulary words that each may stand for. */
export type NameReading = { count: number; initials: string; weights: Map<number, number> };

export function read(state: State, payment: PaymentFact): Reading {
  const text = payment.reference ?? payment.narrative ?? '';
  const { form, value } = payment.number;
  const reading: Reading = {
    payment,
    text,
    segments: segment(text),
    hits: [],
    slipHits: [],
    accounts: new Map(),
    accountsAt: [],
    phonesTyped: [],
    phonePieces: [],
    periods: periodWordsIn(text),
    textNames: readNames(state, possibleNames(text), initialsOf(text)),
    payerNames: readNames(state, payerWords(payment), initialsOf(payment.payerNames.join(' '))),
    payerKeys: payerKeys(payment),
    sharingMask: form === 'masked' ? state.phoneEnds.count(value.slice(-MASK_END)) : 0,
  };
  if (text !== '') readNumbers(state, reading);
  return reading;
}

const payerWords = (payment: PaymentFact): string[] => [
  ...new Set(payment.payerNames.flatMap(nameWords).filter((word) => word.length > 1)),
];

const initialsOf = (text: string): string => (text.toUpperCase().match(/\b[A-Z]\b/g) ?? []).join('');

function readNames(state: State, typed: string[], initials: string): NameReading {
  const weights = new Map<number, number>();
  for (const word of typed) {
    state.names.resolve(word, (id, weight) => {
      if (weight > (weights.get(id) ?? 0)) weights.set(id, weight);
    });
  }
  return { count: typed.length, initials, weights };
}

/** Longest window of pieces that is looked up as one number. */
const MAX_WINDOW = 8;
/** Kenyan numbers typed into the reference: 0712345678, 254712345678, 712345678. */
const TYPED_PHONE = /^(?:254|0)?([17]\d{8})$/;

/** Looks up every window of pieces, longest first; pieces that named something are not read again in a shorter window. */
function readNumbers(state: State, reading: Reading): void {
  const { starts } = reading.segments;
  const pieces = starts.length - 1;
  const used = new Uint8Array(pieces);
  for (let size = Math.min(MAX_WINDOW, pieces); size > 0; size--) {
    for (let from = 0; from + size <= pieces; from++) {
      if (used.subarray(from, from + size).some(Boolean)) continue;
      const start = starts[from] ?? 0;
      const end = starts[from + size] ?? 0;
      if (readWindow(state, reading, start, end)) used.fill(1, from, from + size);
    }
  }
  trustBeside(state, reading.hits);
  readSlips(state, reading, used);
}

/** Doubtful digits beside a number of the same customer's that is clear are clear as well. */
function trustBeside(state: State, hits: readonly Hit[]): void {
  if (hits.length < 2) return;
  const ownerOf = ({ invoice }: Hit) => state.invoices[invoice]?.customer;
  for (const hit of hits) {
    const isClear = (other: Hit) => other.level >= 3 && other.start !== hit.start && ownerOf(other) === ownerOf(hit);
    if (hit.level === 2 && hits.some(isClear)) hit.level = 3;
  }
}

function readWindow(state: State, reading: Reading, start: number, end: number): boolean {
  const typed = reading.segments.compact.slice(start, end);
  const folded = reading.segments.folded.slice(start, end);
  const digits = digitCount(typed);
  const account = readAccount(state, reading, typed, folded, start);
  let found = account > 0;
  if (digits === 0 && state.numbers.count(folded) === 0) return found;
  if (readPhone(state, reading, typed)) {
    notePieces(reading, start, end);
    return true;
  }
  const before = reading.hits.length;
  state.numbers.each(folded, (slot) => {
    const invoice = state.invoices[slot];
    if (invoice?.folded !== folded) return; // another text under the same key
    const exact = compactReference(invoice.number) === typed;
    reading.hits.push({ invoice: slot, level: exact ? 4 : 3, digits, start });
  });
  if (reading.hits.length === before && digits * 2 >= folded.length && isDigits(folded)) {
    const isMore = folded !== typed || account === ACCOUNT_FULL || isYear(reading, typed);
    readDigits(state, reading, folded, isMore ? 2 : 3, start);
  }
  found ||= reading.hits.length > before;
  return found;
}

/** The year of a month or term beside it. */
const isYear = ({ periods }: Reading, typed: string): boolean =>
  periods.some(({ period }) => String(yearOf(period)) === typed);

/**
 * Short forms. One that needs look-alikes folded as well, or that is more likely somebody's account or a year, counts as a
 * slip.
 */
function readDigits(state: State, reading: Reading, digits: string, level: Level, start: number): void {
  if (digits.length > MAX_DIGITS) return;
  const seen = new Set<number>();
  for (const form of [digits, withoutZeros(digits)]) {
    if (form.length < MIN_SERIAL) continue;
    state.digits.each(digitKey(form), (slot) => {
      if (!seen.has(slot)) reading.hits.push({ invoice: slot, level, digits: form.length, start });
      seen.add(slot);
    });
  }
}

function readPhone(state: State, reading: Reading, typed: string): boolean {
  const match = typed.length >= 9 && typed.length <= 12 ? TYPED_PHONE.exec(typed) : null;
  if (!match) return false;
  const phone = `254${match[1]}`;
  if (state.phones.count(phone) === 0 && state.numbers.count(typed) + state.digits.count(digitKey(typed)) > 0)
    return false;
  reading.phonesTyped.push(phone);
  return true;
}

function notePieces(reading: Reading, start: number, end: number): void {
  const { starts, compact } = reading.segments;
  for (const [at, from] of starts.entries()) {
    if (from > start && from < end) reading.phonePieces.push(withoutZeros(compact.slice(from, starts[at + 1])));
  }
}

/** Strengths of an account: typed in full; look-alikes folded or digits alone; one slip. */
const ACCOUNT_FULL = 3;
const ACCOUNT_DIGITS = 2;
const MIN_FOLDED_ACCOUNT = 4;

/** @returns the strength with which it names accounts, 0 where it names none */
function readAccount(state: State, reading: Reading, typed: string, folded: string, start: number): number {
  if (typed.length < 2 || digitCount(typed) === 0) return 0;
  const note = (strength: number) => (slot: number) => {
    reading.accountsAt.push({ slot, start });
    if (strength > (reading.accounts.get(slot) ?? 0)) reading.accounts.set(slot, strength);
  };
  if (state.accounts.each(typed, note(ACCOUNT_FULL)) > 0) return ACCOUNT_FULL;
  let found = isDigits(typed) ? state.accountDigits.each(typed, note(ACCOUNT_DIGITS)) : 0;
  if (found === 0 && folded !== typed && folded.length >= MIN_FOLDED_ACCOUNT && isDigits(folded)) {
    found = state.accounts.each(folded, note(ACCOUNT_DIGITS)) || state.accountDigits.each(folded, note(ACCOUNT_DIGITS));
  }
  return found > 0 ? ACCOUNT_DIGITS : 0;
}

/** A number with fewer digits than this has a neighbour everywhere. */
const MIN_SLIP_DIGITS = 3;
const MAX_SLIP_RUNS = 3;

/** One-slip neighbours of the digit runs that named nothing, whole numbers before their parts. */
function readSlips(state: State, reading: Reading, used: Uint8Array): void {
  const seen = new Set<number>();
  for (const run of digitRuns(reading.segments, used).slice(0, MAX_SLIP_RUNS)) {
    const note = (slot: number) => {
      if (seen.has(slot)) return;
      seen.add(slot);
      reading.slipHits.push({ invoice: slot, level: 2, digits: run.length, start: -1 });
    };
    eachSlip(run, (key) => state.digits.each(key, note));
    const bare = withoutZeros(run);
    if (bare !== run && bare.length >= MIN_SLIP_DIGITS) eachSlip(bare, (key) => state.digits.each(key, note));
  }
}

/** Unused digit-like runs, neighbours joined, longest first. */
function digitRuns(segments: Segments, used: Uint8Array): string[] {
  const runs = new Set<string>();
  const pieces = segments.starts.length - 1;
  for (let from = 0; from < pieces; from++) {
    for (let to = from + 1; to <= pieces && to <= from + MAX_WINDOW; to++) {
      if (used[to - 1]) break;
      const start = segments.starts[from] ?? 0;
      const end = segments.starts[to] ?? 0;
      const folded = segments.folded.slice(start, end);
      if (!isDigits(folded)) break;
      const real = digitCount(segments.compact.slice(start, end));
      if (real * 2 > folded.length && folded.length >= MIN_SLIP_DIGITS && folded.length < MAX_DIGITS) runs.add(folded);
    }
  }
  return [...runs].sort((a, b) => b.length - a.length);
}
