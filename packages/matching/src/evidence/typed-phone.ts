import { digitKey } from '../index/digit-key.ts';
import type { State } from '../state.ts';
import { withoutZeros } from '../text/fold.ts';
import type { Reading } from './reading.ts';
import type { Segments } from './segments.ts';

/** Pieces of the text that are read as one number, from one up to another. */
export type Window = { from: number; start: number; typed: string; folded: string; isDate: boolean };

/** Kenyan numbers typed into the reference: 0712345678, 254712345678, 712345678. */
const TYPED_PHONE = /^(?:254|0)?([17]\d{8})$/;

/** Notes a phone number that the window is. @returns whether it is one */
export function readPhone(state: State, reading: Reading, window: Window): boolean {
  const { typed } = window;
  const match = typed.length >= 9 && typed.length <= 12 ? TYPED_PHONE.exec(typed) : null;
  if (!match) return false;
  const phone = `254${match[1]}`;
  if (state.phones.count(phone) === 0) {
    if (state.numbers.count(typed) + state.digits.count(digitKey(typed)) > 0) return false;
    if (match[1] === typed && !isGroupedInThrees(reading.segments, window)) return false;
  }
  reading.phonesTyped.push(phone);
  return true;
}

/** Nine digits without a zero before them may be a number and its year: `10977/2026`; people say a phone as `712 345 678`. */
const isGroupedInThrees = ({ starts }: Segments, { from, start, typed }: Window): boolean =>
  starts[from + 1] === start + typed.length || (starts[from + 1] === start + 3 && starts[from + 2] === start + 6);

/** What stands after the gaps inside a typed phone number. */
export function notePieces(reading: Reading, start: number, end: number): void {
  const { starts, compact } = reading.segments;
  for (const [at, from] of starts.entries()) {
    if (from > start && from < end) reading.phonePieces.push(withoutZeros(compact.slice(from, starts[at + 1])));
  }
}
