import { foldLookAlikes, withoutPadding, withoutZeros } from '../text/fold.ts';

/** In less than this a letter that looks like a digit says more than the digit would. */
const MIN_FOLDED = 4;
const MIN_DIGITS = 3;

/** Short and look-alike forms under which an account is filed beside its full text (compact): `M04410234` as `M4410234`. */
export function formsOfAccount(account: string): string[] {
  const digits = account.replace(/\D/g, '');
  return formsOf(account, [digits, withoutZeros(digits)]);
}

/** The forms that a typed text (compact) may be of an account: itself as digits of one, and without what may be slips. */
export const formsOfTyped = (typed: string): readonly string[] =>
  MAY_DIFFER.test(typed) ? formsOf(typed, [typed]) : [typed];

/** A letter that looks like a digit, or zeros before a number; the others are one form, and most are. */
const MAY_DIFFER = /[OQILSBZ]|(?<!\d)0/;

function formsOf(text: string, digits: readonly string[]): string[] {
  const bare = withoutPadding(text);
  const folded = text.length >= MIN_FOLDED ? [foldLookAlikes(bare)] : [];
  return [...new Set([bare, ...folded, ...digits])].filter((form) => tells(form));
}

/** Two digits are a house, a day, a class: they are an account only where they are typed as it stands. */
const tells = (form: string): boolean =>
  form.length >= MIN_DIGITS || (form.length === 2 && /[A-Z]\d|\d[A-Z]/.test(form));
