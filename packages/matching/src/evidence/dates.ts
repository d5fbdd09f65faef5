import { isYear } from '../text/fold.ts';
import { isMonthWord } from '../text/months.ts';
import { calledBefore } from './called.ts';
import { isDigits, pieceAt, type Segments } from './segments.ts';

const DAY = /^(?:0?[1-9]|[12]\d|3[01])$/;
/** `mwezi wa 12`. */
const OF_MONTH: ReadonlySet<string> = new Set(['MWEZI', 'MONTH', 'WA']);
const MONTH = /^(?:0?[1-9]|1[0-2])$/;

/**
 * Marks the pieces of a text that are more likely a date, or the year of something, than a number of ours: `2026` in
 * `fees T3 2026` and `F-2026-00999`, `12` and `26` in `12AUG26`, all of `5/8/2026`. A year is a number where it stands alone,
 * and so is what follows a word for one (`adm 2026`, `house 12 aug`).
 * @returns undefined where there is none
 */
export function datesIn(segments: Segments): Uint8Array | undefined {
  const pieces = segments.starts.length - 1;
  if (pieces < 2) return undefined;
  let dates: Uint8Array | undefined;
  for (let at = 0; at < pieces; at++) {
    const count = datesFrom(segments, at);
    if (count > 0) dates = (dates ?? new Uint8Array(pieces)).fill(1, at, at + count);
  }
  return dates;
}

/** How many pieces from here are a date. */
function datesFrom(segments: Segments, at: number): number {
  const [piece, next, third] = [pieceAt(segments, at), pieceAt(segments, at + 1), pieceAt(segments, at + 2)];
  if (!isDigits(piece)) return 0;
  const before = pieceAt(segments, at - 1);
  const isCalled = calledBefore(segments, at) !== null;
  const isApart = at === 0 || segments.gaps[at] === true; // in `B2-04+6` the 2 is a part of a house
  if (isApart && DAY.test(piece) && MONTH.test(next) && (isYear(third) || DAY.test(third))) return isCalled ? 0 : 3;
  if (isYear(piece)) return isDigits(before) || isDigits(next) || !isCalled ? 1 : 0;
  if (isCalled || !DAY.test(piece)) return 0;
  return isMonthWord(before) || OF_MONTH.has(before) || isMonthWord(next) || (MONTH.test(piece) && isYear(next))
    ? 1
    : 0;
}
