import { z } from 'zod';

/**
 * Control, bidirectional, zero-width and filling characters, line separators and tags: they hide what a person sees or make
 * two texts look the same, and no honest name needs them.
 */
const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\ufff9-\ufffb[\p{Default_Ignorable_Code_Point}--\p{Variation_Selector}]]/v;

const EVERY_HIDDEN = new RegExp(HIDDEN, 'gv');

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
    )
    .meta({ pattern: '\\S' }); // for the document: what is blank is empty once it is trimmed

/** Text from outside made safe to show and log: hidden characters become spaces, length is capped. */
export const visible = (text: string, max = 200): string =>
  text.slice(0, max).toWellFormed().replace(EVERY_HIDDEN, ' ');

/** `A` for a person, `P` for a company, nine digits, a letter; small letters are taken, too. @see KRA, PIN format */
export const KraPin = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[AP]\d{9}[A-Z]$/, 'a KRA PIN looks like P051234567X')
  .meta({ pattern: '^[APap]\\d{9}[A-Za-z]$' }); // for the document
