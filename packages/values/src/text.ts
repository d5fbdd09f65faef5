import { z } from 'zod';

/** Control, bidirectional and zero-width characters: they hide what a person sees, and no honest name needs them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

const EVERY_HIDDEN = new RegExp(HIDDEN, 'g');

/** One line of text from a person: trimmed, well-formed, without hidden characters, between 1 and `max` characters. */
export const line = (max = 200) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max)
    .refine(
      (text) => text.isWellFormed() && !HIDDEN.test(text),
      'contains control or invisible characters; remove them',
    );

/** Text from outside made safe to show and log: hidden characters become spaces, length is capped. */
export const visible = (text: string, max = 200): string =>
  text.toWellFormed().replace(EVERY_HIDDEN, ' ').slice(0, max);

/** `A` for a person, `P` for a company, nine digits, a letter; small letters are taken, too. @see KRA, PIN format */
export const KraPin = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[AP]\d{9}[A-Z]$/, 'a KRA PIN looks like P051234567X');
