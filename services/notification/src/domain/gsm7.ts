/** The default alphabet of an SMS: one septet each. @see 3GPP TS 23.038 §6.2.1 */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** The extension table: an escape before the character, two septets. @see 3GPP TS 23.038 §6.2.1.1 */
const EXTENDED = new Set('\f^{}\\[~]|€');

/** What typing aids put in place of plain characters; one of them would halve the length of a message. */
const PLAIN: Record<string, string> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  ' ': ' ',
};

const septets = (char: string): number => (EXTENDED.has(char) ? 2 : BASIC.has(char) ? 1 : Number.NaN);

/** Septets that a text takes. @returns NaN where a character is outside the alphabet */
export function gsm7Length(text: string): number {
  let length = 0;
  for (const char of text) length += septets(char);
  return length;
}

/** Writes a text in the alphabet: accents that it lacks are dropped, what has no likeness (emoji, other scripts) goes. */
export function toGsm7(text: string): string {
  let result = '';
  for (const char of text.toWellFormed()) {
    const plain = PLAIN[char] ?? char;
    const bare = Number.isNaN(gsm7Length(plain)) ? plain.normalize('NFKD').replace(/\p{M}/gu, '') : plain;
    if (!Number.isNaN(gsm7Length(bare))) result += bare;
  }
  return result.replace(/\s+/g, ' ').trim();
}

/** At most `max` septets, never half an escape; what is cut ends with a dot. */
export function cutGsm7(text: string, max: number): string {
  if (gsm7Length(text) <= max) return text;
  let result = '';
  let length = 0;
  for (const char of text) {
    length += septets(char);
    if (length > max - 1) break;
    result += char;
  }
  return max > 0 ? `${result.trimEnd()}.` : '';
}
