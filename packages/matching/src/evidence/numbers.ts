import { digitKey, eachSlip, MAX_DIGITS, MIN_SERIAL } from '../index/digit-key.ts';
import { formsOfTyped } from '../keys/account-forms.ts';
import type { State } from '../state.ts';
import { compactReference, withoutZeros } from '../text/fold.ts';
import { calledBefore } from './called.ts';
import { datesIn } from './dates.ts';
import type { Hit, Level, Reading, SharedNumber } from './reading.ts';
import { digitCount, isDigits, pieceAt, type Segments } from './segments.ts';
import { notePieces, readPhone, type Window } from './typed-phone.ts';

/** Longest window of pieces that is looked up as one number. */
const MAX_WINDOW = 8;
/** A number that more invoices share than this names none of them by itself. */
const MAX_SHARING = 16;

/** Looks up every window of pieces, longest first; pieces that named something are not read again in a shorter window. */
export function readNumbers(state: State, reading: Reading): void {
  const { segments } = reading;
  const { starts } = segments;
  const pieces = starts.length - 1;
  const used = new Uint8Array(pieces);
  const dates = datesIn(segments);
  for (let size = Math.min(MAX_WINDOW, pieces); size > 0; size--) {
    for (let from = 0; from + size <= pieces; from++) {
      if (used.subarray(from, from + size).some(Boolean)) continue;
      const start = starts[from] ?? 0;
      const end = starts[from + size] ?? 0;
      const window = {
        from,
        start,
        typed: segments.compact.slice(start, end),
        folded: segments.folded.slice(start, end),
        isDate: areDates(dates, from, from + size),
      };
      if (readWindow(state, reading, window)) used.fill(1, from, from + size);
    }
  }
  trustBeside(state, reading.hits);
  readSlips(state, reading, used, dates);
  for (let at = 0; at < pieces; at++) {
    const piece = pieceAt(segments, at);
    if (used[at] === 0 && dates?.[at] !== 1 && isDigits(piece) && !ZEROS.test(piece))
      reading.unread.push(withoutZeros(piece));
  }
}

const areDates = (dates: Uint8Array | undefined, from: number, to: number): boolean =>
  dates?.subarray(from, to).every(Boolean) ?? false;

const ZEROS = /^0+$/;

/** Doubtful digits beside a number of the same customer's that is clear are clear as well. */
function trustBeside(state: State, hits: readonly Hit[]): void {
  if (hits.length < 2) return;
  const ownerOf = ({ invoice }: Hit) => state.invoices[invoice]?.customer;
  for (const hit of hits) {
    const isClear = (other: Hit) => other.level >= 3 && other.start !== hit.start && ownerOf(other) === ownerOf(hit);
    if (hit.level === 2 && hits.some(isClear)) hit.level = 3;
  }
}

/** @returns whether it clearly says something */
function readWindow(state: State, reading: Reading, window: Window): boolean {
  const { typed, folded, start } = window;
  const digits = digitCount(typed);
  if (digits === 0 && state.numbers.count(folded) === 0) return false;
  const called = calledBefore(reading.segments, window.from);
  const account = accountsNamed(state, typed);
  if (readPhone(state, reading, window)) {
    noteAccounts(reading, start, account);
    notePieces(reading, start, start + typed.length);
    return true;
  }
  const before = reading.hits.length;
  let isShared = readWhole(state, reading, window, called !== 'invoice' && isCount(reading.segments, typed));
  if (!isShared && reading.hits.length === before && digits * 2 >= folded.length && isDigits(folded)) {
    const isMore = window.isDate || (account.strength === ACCOUNT.full && called !== 'invoice');
    isShared = readDigits(state, reading, folded, folded !== typed || isMore ? 2 : 3, start);
  }
  const named = reading.hits.length > before;
  // invoices are numbered with zeros before them
  const isSerial = named && (called === 'invoice' || (account.strength === ACCOUNT.form && typed.startsWith('0')));
  const isHint = window.isDate || isSerial;
  noteAccounts(reading, start, isHint ? { ...account, strength: ACCOUNT.hint } : account);
  return (named || isShared || account.strength > 0) && !window.isDate;
}

/**
 * Invoices whose whole number this is.
 * @param isAside it says no more of whom it is than a slip would
 * @returns whether it tells which invoice of a customer's, and not whose
 */
function readWhole(state: State, reading: Reading, window: Window, isAside: boolean): boolean {
  const { typed, folded, start } = window;
  const before = reading.hits.length;
  const note = (slot: number) => {
    const invoice = state.invoices[slot];
    if (invoice?.folded !== folded) return; // another text under the same key
    const level = compactReference(invoice.number) === typed ? 4 : 3;
    reading.hits.push({ invoice: slot, level: isAside ? 2 : level, digits: digitCount(typed), start });
  };
  const count = state.numbers.each(folded, note, MAX_SHARING);
  const short = count > 0 ? shortFormIn(reading.segments, window) : '';
  if (short) readDigits(state, reading, short, 3, start);
  const isShared = count > MAX_SHARING || (isAside && reading.hits.length > before);
  if (isShared) noteShared(reading, { folded, key: 0, bySlip: false });
  return isShared;
}

/** The digits behind one word: `inv 1094` is `INV1094`, and the short form of `INV-2026-01094` as well. */
function shortFormIn(segments: Segments, { from, typed }: Window): string {
  const digits = pieceAt(segments, from + 1);
  const isAll = typed === pieceAt(segments, from) + digits;
  return isAll && isDigits(digits) && digits.length >= MIN_SERIAL ? digits : '';
}

/** One or two digits among words, as in `table 4` and `2 unga`: where they are an invoice's number, they do not say whose. */
const isCount = ({ compact }: Segments, typed: string): boolean =>
  typed.length < MIN_SERIAL && isDigits(typed) && !isDigits(compact);

/**
 * Short forms. One that needs look-alikes folded as well, or that is more likely somebody's account or a date, counts as a
 * slip.
 * @returns whether so many share them that they name nobody
 */
function readDigits(state: State, reading: Reading, digits: string, level: Level, start: number): boolean {
  if (digits.length > MAX_DIGITS) return false;
  const seen = new Set<number>();
  let isShared = false;
  for (const form of [digits, withoutZeros(digits)]) {
    if (form.length < MIN_SERIAL) continue;
    const key = digitKey(form);
    const note = (slot: number) => {
      if (!seen.has(slot)) reading.hits.push({ invoice: slot, level, digits: form.length, start });
      seen.add(slot);
    };
    // what is more likely something else says nothing of so many
    if (state.digits.each(key, note, MAX_SHARING) <= MAX_SHARING || level < 3) continue;
    noteShared(reading, { folded: '', key, bySlip: false });
    isShared = true;
  }
  return isShared;
}

function noteShared(reading: Reading, shared: SharedNumber): void {
  reading.shared ??= [];
  if (reading.shared.at(-1)?.key !== shared.key || shared.key === 0) reading.shared.push(shared);
}

/** Strengths of an account: digits that are more likely something else; a short or look-alike form; typed in full. */
export const ACCOUNT = { none: 0, hint: 1, form: 2, full: 3 } as const;

/** Whose accounts the text of a window names, and how well. */
type Named = { slots: readonly number[]; strength: number };

const NOBODY: Named = { slots: [], strength: ACCOUNT.none };

function accountsNamed({ accounts, accountForms }: State, typed: string): Named {
  if (typed.length < 2 || digitCount(typed) === 0) return NOBODY;
  const slots: number[] = [];
  const note = (slot: number) => void slots.push(slot);
  if (accounts.each(typed, note) > 0) return { slots, strength: ACCOUNT.full };
  const isForm = (form: string) => accounts.each(form, note) + accountForms.each(form, note) > 0;
  return formsOfTyped(typed).some(isForm) ? { slots, strength: ACCOUNT.form } : NOBODY;
}

function noteAccounts(reading: Reading, start: number, { slots, strength }: Named): void {
  for (const slot of slots) {
    if (strength > ACCOUNT.hint) reading.accountsAt.push({ slot, start });
    if (strength > (reading.accounts.get(slot) ?? 0)) reading.accounts.set(slot, strength);
  }
}

/** A number with fewer digits than this has a neighbour everywhere. */
const MIN_SLIP_DIGITS = 3;
const MAX_SLIP_RUNS = 3;

/** One-slip neighbours of the digit runs that named nothing, whole numbers before their parts. */
function readSlips(state: State, reading: Reading, used: Uint8Array, dates: Uint8Array | undefined): void {
  const seen = new Set<number>();
  for (const run of digitRuns(reading.segments, used, dates).slice(0, MAX_SLIP_RUNS)) {
    const note = (slot: number) => {
      if (seen.has(slot)) return;
      seen.add(slot);
      reading.slipHits.push({ invoice: slot, level: 2, digits: run.length, start: -1 });
    };
    const look = (key: number) => {
      if (state.digits.each(key, note, MAX_SHARING) > MAX_SHARING)
        noteShared(reading, { folded: '', key, bySlip: true });
    };
    eachSlip(run, look);
    const bare = withoutZeros(run);
    if (bare !== run && bare.length >= MIN_SLIP_DIGITS) eachSlip(bare, look);
  }
}

/** Unused digit-like runs that are no date, neighbours joined, longest first. */
function digitRuns(segments: Segments, used: Uint8Array, dates: Uint8Array | undefined): string[] {
  const runs = new Set<string>();
  const pieces = segments.starts.length - 1;
  for (let from = 0; from < pieces; from++) {
    for (let to = from + 1; to <= pieces && to <= from + MAX_WINDOW; to++) {
      if (used[to - 1]) break;
      if (areDates(dates, from, to)) continue;
      const start = segments.starts[from] ?? 0;
      const end = segments.starts[to] ?? 0;
      const folded = segments.folded.slice(start, end);
      if (!isDigits(folded)) break;
      if (mayBeSlip(segments.compact.slice(start, end))) runs.add(folded);
    }
  }
  return [...runs].sort((a, b) => b.length - a.length);
}

/** Long enough, and more digits than letters that look like them. */
const mayBeSlip = (typed: string): boolean =>
  typed.length >= MIN_SLIP_DIGITS && typed.length < MAX_DIGITS && digitCount(typed) * 2 > typed.length;
