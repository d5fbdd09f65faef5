import { eatStamp } from '@malipo/values';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const FIRST_YEAR = 2006; // A; observed: L is 2017, U is 2026
const TAIL_DIGITS = 7;
const TAIL_SPACE = ALPHABET.length ** TAIL_DIGITS;
/** Odd and no multiple of three, so that adding it visits every tail once before one repeats. */
const STEP = 48_431_717_827;

/** Three characters for the Nairobi day: year letter, month A–L, day 1–9 then A–V. @see docs/providers.md */
function receiptPrefix(at: Date): string {
  const stamp = eatStamp(at);
  const year = Number(stamp.slice(0, 4)) - FIRST_YEAR;
  const month = Number(stamp.slice(4, 6)) - 1;
  return `${LETTERS.charAt(year)}${LETTERS.charAt(month)}${ALPHABET.charAt(Number(stamp.slice(6, 8)))}`;
}

/** Reads the day out of a receipt: a plausibility check only, since the encoding is undocumented. */
export function receiptDay(receipt: string): string | undefined {
  const year = LETTERS.indexOf(receipt.charAt(0)) + FIRST_YEAR;
  const month = LETTERS.indexOf(receipt.charAt(1)) + 1;
  const day = ALPHABET.indexOf(receipt.charAt(2));
  if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** What stands where a failed request has no transaction: never store it as a receipt. */
export const placeholderReceipt = (at: Date): string => receiptPrefix(at) + '0'.repeat(TAIL_DIGITS);

/** Issues receipts that are unique within one sandbox; the same start gives the same sequence. */
export function createReceipts(fraction: number): (at: Date) => string {
  let tail = Math.floor(fraction * TAIL_SPACE);
  return (at) => {
    tail = (tail + STEP) % TAIL_SPACE;
    if (tail === 0) tail = STEP; // all zeros is the placeholder
    return receiptPrefix(at) + tail.toString(36).toUpperCase().padStart(TAIL_DIGITS, '0');
  };
}
