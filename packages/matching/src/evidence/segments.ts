import { MAX_REFERENCE_LENGTH } from '../keys/reference-keys.ts';
import { foldLookAlikes, upperPlain } from '../text/fold.ts';

/** A text cut at gaps and where letters and digits meet: `INV2026-007` has three pieces. Offsets are into `compact`. */
export type Segments = {
  compact: string;
  folded: string;
  /** Start of each piece, and the end of the last. */
  starts: number[];
  /** True where a gap (space, slash, dash) stands before the piece. */
  gaps: boolean[];
};

/** More pieces than this are bank jargon; the rest is not read for numbers. */
const MAX_PIECES = 24;

/** In `N1070K04andZ1264U07` it stands between two numbers, and the letters behind it belong to the second. */
const AND = 'AND';

/** Cuts a text into runs of letters and of digits, without what stands between them. */
export function segment(text: string): Segments {
  const upper = upperPlain(text.length > MAX_REFERENCE_LENGTH ? text.slice(0, MAX_REFERENCE_LENGTH) : text);
  const starts: number[] = [];
  const gaps: boolean[] = [];
  let compact = '';
  let last = 0;
  let afterAnd = -1;
  for (let at = 0; at < upper.length && starts.length < MAX_PIECES; at++) {
    const kind = kindOf(upper.charCodeAt(at));
    if (kind !== 0) {
      if (kind === 1 && last === 2 && upper.startsWith(AND, at)) afterAnd = at + AND.length;
      if (kind !== last || at === afterAnd) {
        starts.push(compact.length);
        gaps.push(last === 0);
      }
      compact += upper[at];
    }
    last = kind;
  }
  starts.push(compact.length);
  return { compact, folded: foldLookAlikes(compact), starts, gaps };
}

/** 1 for a letter, 2 for a digit, 0 for anything else. */
function kindOf(code: number): 0 | 1 | 2 {
  if (code >= 65 && code <= 90) return 1;
  return code >= 48 && code <= 57 ? 2 : 0;
}

/** A piece by its place; empty where there is none. */
export const pieceAt = ({ compact, starts }: Segments, at: number): string =>
  at < 0 ? '' : compact.slice(starts[at], starts[at + 1]);

export const isDigits = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return text.length > 0;
};

/** How many real digits a text has. */
export function digitCount(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) count++;
  }
  return count;
}
