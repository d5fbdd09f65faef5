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
