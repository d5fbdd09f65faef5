import { createHash } from 'node:crypto';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { z } from 'zod';

/**
 * A payer's number as a provider sent it: in full, with the middle masked, as the unsalted SHA-256 of the
 * `2547…` digits (C2B v1), or not at all.
 * @see docs/providers.md
 */
export const PayerNumber = z.discriminatedUnion('form', [
  z.object({ form: z.literal('full'), value: z.string() }),
  z.object({ form: z.literal('masked'), value: z.string() }),
  z.object({ form: z.literal('sha256'), value: z.string() }),
  z.object({ form: z.literal('none'), value: z.literal('') }),
]);
export type PayerNumber = z.infer<typeof PayerNumber>;

/** Spaces, brackets and dashes of any kind, and the marks that nobody sees but contact apps put around a number. */
const SEPARATORS = /[\s().\-\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060-\u2069]/g;

const KENYAN_MOBILE = /^(?:\+?2540?|0)?([17]\d{8})$/;
/** Nairobi's begin with 020, the others with 040 to 069. @see Communications Authority of Kenya, numbering plan */
const KENYAN_LANDLINE = /^(?:\+?2540?|0)((?:20|[4-6]\d)\d{7})$/;
/** Without the country in front. */
const LANDLINE_START = /^\D*0[2-6]/;

/**
 * Brings a phone number to `254…` digits: any Kenyan form (`0712…`, `+254 712…`, `712…`, `020 234…`), else a foreign number
 * that is written internationally.
 * @returns undefined where it is no phone number
 */
export function toMsisdn(text: string): string | undefined {
  const compact = text.replace(SEPARATORS, '');
  const kenyan = KENYAN_MOBILE.exec(compact)?.[1] ?? KENYAN_LANDLINE.exec(compact)?.[1];
  if (kenyan) return `254${kenyan}`;
  if (!/^(\+|00)\d{8,15}$/.test(compact)) return undefined;
  const foreign = parsePhoneNumberFromString(compact.replace(/^00/, '+'));
  return foreign?.isPossible() ? foreign.number.slice(1) : undefined;
}

/** For the document: digits enough for a number, whatever stands between them. */
const FORM = String.raw`^\D*(?:\d\D*){8,17}$`;

/** A phone number in a request: any usual form in, E.164 digits without `+` out. */
export const Msisdn = z
  .string()
  .max(32)
  .meta({ pattern: FORM, description: 'any usual form, such as 0712345678 or +254712345678' })
  .transform((text, context) => {
    const msisdn = toMsisdn(text);
    if (msisdn) return msisdn;
    context.addIssue({ code: 'custom', message: 'not a phone number; write it like 0712345678 or +254712345678' });
    return z.NEVER;
  });

/** The same where only a Kenyan mobile can be meant: nothing else can be asked to pay. */
export const MobileMsisdn = Msisdn.refine(
  (msisdn) => KENYAN_MOBILE.test(msisdn),
  'not a Kenyan mobile number, and only those can be asked to pay; write it like 0712345678',
).describe('a Kenyan mobile number in any usual form, such as 0712345678 or +254712345678');

/** Unsalted SHA-256 over the 12 digits, as C2B v1 delivers it (verified against a published sample). */
export const hashMsisdn = (msisdn: string): string => createHash('sha256').update(msisdn).digest('hex');

/** The mask that C2B v2 shows: first four digits and last three, `2547*****678`. */
export const maskMsisdn = (msisdn: string): string => `${msisdn.slice(0, 4)}*****${msisdn.slice(-3)}`;

/** Digits, what stands over the middle, and the last digits: `2547 ***** 126`, `07xx xxx 126`; or only the last: `*******126`. */
const MASKED = /^(?:\+?(\d{2,6})[*xX#•]+(\d{2,4})|[*xX#•]{3,}(\d{3,4}))$/;

/** Reads whatever a provider put in its MSISDN field; anything unrecognised counts as absent. */
export function readPayerNumber(raw: unknown): PayerNumber {
  const text = typeof raw === 'number' ? String(raw) : typeof raw === 'string' ? raw.trim() : '';
  if (/^[0-9a-f]{64}$/i.test(text)) return { form: 'sha256', value: text.toLowerCase() };
  const compact = text.replace(/\s/g, '');
  const masked = MASKED.exec(text.replace(SEPARATORS, ''));
  // since 2026 notices to payers mask the local form, too: 0722***000
  if (masked) {
    const [, beginning = '', end, onlyEnd] = masked;
    return { form: 'masked', value: `${beginning.replace(/^0(?=[17])/, '254')}*****${end ?? onlyEnd}` };
  }
  // nobody pays from a landline: in a payment such digits are an account's
  const msisdn = LANDLINE_START.test(compact) ? undefined : toMsisdn(compact);
  return msisdn ? { form: 'full', value: msisdn } : { form: 'none', value: '' };
}

/** Does a number that we know fit what the provider showed? Absent numbers fit nothing. */
export function numberFits(msisdn: string, payer: PayerNumber): boolean {
  if (payer.form === 'full') return payer.value === msisdn;
  if (payer.form === 'sha256') return payer.value === hashMsisdn(msisdn);
  if (payer.form === 'none') return false;
  const [prefix = '', suffix = ''] = payer.value.split(/\*+/);
  return msisdn.startsWith(prefix) && msisdn.endsWith(suffix);
}
