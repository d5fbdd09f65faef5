import {
  canonicalReference,
  compactReference,
  foldLookAlikes,
  isYear,
  tokens,
  withoutPadding,
  withoutZeros,
} from '../text/fold.ts';

/**
 * Look-up keys of invoice numbers, account numbers and typed references, as short texts that can live in a map or a
 * database index. A reference may mean a number when the two share a key; the prefix says how strong that is:
 * `f` the full number (look-alikes folded), `d` all its digits, `s` its serial without zeros; `a` a full account, `b` its digits.
 */
export type ReferenceKey = string;

/** A reference longer than this is free text; only its first characters are read. */
export const MAX_REFERENCE_LENGTH = 120;
/** Most tokens that one number is typed in: `INV 2026 00 123` has four. */
const WINDOW_TOKENS = 5;
/** Shorter digit runs say nothing by themselves. */
const MIN_DIGITS = 3;
/** Anything shorter is a word, a house number at best. */
const MIN_ACCOUNT = 2;

/**
 * The part of a number that counts up, without zeros: its last digit run that is no year (`INV-2026-00123` → `123`) nor a
 * month with its year (`20694/05/26` → `20694`) nor a check digit (`KS-00390-3` → `390`), without a year that stands
 * before it (`20264214` → `4214`). Two where either may say when: `2026` and `2033` in `INV-2026-2033`.
 */
export function serialsOf(number: string): string[] {
  const runs = number.match(/\d+/g) ?? [];
  const [first = '', before = '', last = ''] = runs.length > 2 ? runs.slice(-3) : ['', '', ...runs].slice(-3);
  if (isCounting(first) && MONTH.test(before) && (isYear(last) || SHORT_YEAR.test(last))) return [withoutZeros(first)];
  if (isYear(last) && before.length >= MIN_DIGITS && !isCounting(before) && !YEAR_MONTH.test(before))
    return [...new Set([last, before])];
  const isYearLast = (isYear(last) && !YEAR_MONTH.test(before)) || (SHORT_YEAR.test(last) && isCounting(before));
  const isCheckDigit = last.length === 1 && isCounting(before);
  const serial = before !== '' && (isYearLast || isCheckDigit) ? before : last;
  return [withoutZeros(AFTER_YEAR.exec(serial)?.[1] ?? serial)];
}

/** `202608` in `202608-2033` says when, so that 2033 counts up and is no year. */
const YEAR_MONTH = /^20[2-4]\d(?:0[1-9]|1[0-2])$/;
const MONTH = /^(?:0[1-9]|1[0-2])$/;
/** `26` in `CS-1603-26`; in `MWS-2603-26` it counts the invoices of a month. */
const SHORT_YEAR = /^[2-4]\d$/;
/** What counts up behind a year without a gap; with fewer digits than four the whole may count up. */
const AFTER_YEAR = /^20[2-4]\d(\d{4,6})$/;
const isCounting = (run: string): boolean =>
  run.length >= MIN_DIGITS && !isYear(run) && !/^[2-4]\d(?:0[1-9]|1[0-2])$/.test(run);

/** Keys under which an invoice number is filed. */
export function invoiceKeys(number: string): ReferenceKey[] {
  const digits = number.replace(/\D/g, '');
  const keys = [`f:${canonicalReference(number)}`];
  if (digits.length >= MIN_DIGITS) keys.push(`d:${digits}`);
  for (const serial of serialsOf(number)) if (serial.length >= MIN_DIGITS) keys.push(`s:${serial}`);
  return keys;
}

/** Keys under which an account number (admission, house, meter, plate) is filed, as it stands and without padding zeros. */
export function accountKeys(account: string): ReferenceKey[] {
  const compact = compactReference(account);
  const digits = account.replace(/\D/g, '');
  const keys = fullKeys(compact);
  if (digits.length > MIN_DIGITS && digits.length < compact.length) {
    keys.push(`b:${digits}`);
    const bare = withoutZeros(digits);
    if (bare !== digits && bare.length >= MIN_DIGITS) keys.push(`b:${bare}`);
  }
  return keys;
}

function fullKeys(compact: string): ReferenceKey[] {
  const forms = new Set([foldLookAlikes(compact), foldLookAlikes(withoutPadding(compact))]);
  return [...forms].filter((form) => form.length >= MIN_ACCOUNT).map((form) => `a:${form}`);
}

/** Keys that a phone number answers to where it is typed as a reference: `0712 345 678`, `254712345678`, `712345678`. */
export function phoneKeys(msisdn: string): ReferenceKey[] {
  const own = msisdn.replace(/^254/, '');
  return [`d:${own}`, `d:0${own}`, `d:254${own}`];
}

/** Every run of one to five neighbouring tokens of a text, joined: what might be one number typed with gaps. */
function windows(text: string): string[] {
  const parts = tokens(text.slice(0, MAX_REFERENCE_LENGTH));
  const found = new Set<string>();
  for (let start = 0; start < parts.length; start++) {
    let joined = '';
    for (let end = start; end < parts.length && end < start + WINDOW_TOKENS; end++) {
      joined += parts[end];
      found.add(joined);
    }
  }
  return [...found];
}

/** Keys that a typed reference answers to; it names whatever is filed under one of them. */
export function referenceKeys(reference: string): ReferenceKey[] {
  const keys = new Set<ReferenceKey>();
  for (const window of windows(reference)) {
    const full = foldLookAlikes(window);
    for (const key of fullKeys(window)) keys.add(key);
    if (full.length > MIN_ACCOUNT) keys.add(`f:${full}`);
    if (full.length >= MIN_DIGITS && isNumber(window, full)) addDigitKeys(keys, full);
  }
  return [...keys];
}

/** Digits, of which fewer than half may be letters that look like them. */
const isNumber = (window: string, folded: string): boolean =>
  /^\d+$/.test(folded) && window.replace(/\D/g, '').length * 2 >= window.length;

function addDigitKeys(keys: Set<ReferenceKey>, digits: string): void {
  keys.add(`d:${digits}`);
  keys.add(`b:${digits}`);
  const serial = withoutZeros(digits);
  if (serial.length < MIN_DIGITS) return;
  keys.add(`s:${serial}`);
  keys.add(`b:${serial}`);
}
