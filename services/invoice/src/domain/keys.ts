/**
 * What a number or account is compared by: neither case nor spaces nor the width of its characters matter, since payers
 * type it on a phone.
 */
export const keyOf = (text: string): string => text.normalize('NFKC').toUpperCase().replace(/\s+/gu, '');

/** What names and search words are compared by: lower case without accents, single spaces, `Wanjikũ` as `wanjiku`. */
export const wordsOf = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[‘’ʼ`]/g, "'")
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .trim();

/** Letters and digits alone: separators and apostrophes are typed in many ways, or not at all. */
export const plainOf = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '');

/** Nobody looks for the ninth part by itself, and a row of hyphens must not fill the index. */
const MOST_ENDINGS = 8;

/** What it ends in from each word and each run of digits on, plain: `adm/2024` ends in `adm2024` and `2024`. */
export function endingsOf(text: string): string[] {
  const parts = text.split(/[^\p{L}\p{N}]+|(?<=\p{L})(?=\p{N})/u).filter(Boolean);
  return parts.slice(0, MOST_ENDINGS).map((_, at) => parts.slice(at).join(''));
}
