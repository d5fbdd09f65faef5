/**
 * Brings what people type to one form. Payers write references by thumb, banks cut them off, and both confuse
 * letters with digits that look alike; these functions decide what still counts as the same text.
 */

/** Letters that are read as a digit: O and Q as 0, I and L as 1, S as 5, B as 8, Z as 2. */
const LOOK_ALIKE: Record<string, string> = { O: '0', Q: '0', I: '1', L: '1', S: '5', B: '8', Z: '2' };

/** Accents, and what is pasted along unseen: zero-width spaces, joiners, directions, soft hyphens. */
const MARKS = /[\p{M}\p{Cf}]/gu;
const ASCII = /^[\x20-\x7e]*$/;

/** Upper case without accents: `Ng’ang’a é` becomes `NG'ANG'A E`. */
export const upperPlain = (text: string): string =>
  ASCII.test(text)
    ? text.toUpperCase()
    : text
        .normalize('NFKD')
        .replace(MARKS, '')
        .replace(/[‘’ʼ`]/g, "'")
        .toUpperCase();

/** Upper-case letters and digits only: `inv-2026/007` becomes `INV2026007`. */
export const compactReference = (text: string): string => upperPlain(text).replace(/[^A-Z0-9]+/g, '');

/** Replaces every look-alike letter of a compact text by its digit. */
export const foldLookAlikes = (compact: string): string => compact.replace(/[OQILSBZ]/g, (c) => LOOK_ALIKE[c] ?? c);

/**
 * The form in which two spellings of one reference are equal: upper case, letters and digits only, look-alikes folded.
 * `inv-2O26/007` and `INV 2026 007` both become `1NV2026007`.
 */
export const canonicalReference = (text: string): string => foldLookAlikes(compactReference(text));

/**
 * A compact text with O and Q read as 0, I and L as 1, and no run of digits padded with zeros: `BO7` and `B07` become `B7`.
 * Letters that look like other digits stay: a house B7 is none of 87.
 */
export const withoutPadding = (compact: string): string =>
  compact.replace(/[OQIL]/g, (c) => LOOK_ALIKE[c] ?? c).replace(/\d+/g, withoutZeros);

/** Runs of letters and runs of digits, in order: `INV2026-007` gives `INV`, `2026`, `007`. */
export const tokens = (text: string): string[] => upperPlain(text).match(/[A-Z]+|\d+/g) ?? [];

/** A number that reads as a year of ours. */
export const isYear = (text: string): boolean => /^20[2-4]\d$/.test(text);

/** Digits without leading zeros; `0` for nothing but zeros. */
export const withoutZeros = (digits: string): string => digits.replace(/^0+(?=\d)/, '');
