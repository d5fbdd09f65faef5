/** What stands before many names and behind those of companies: it tells nobody from anybody. */
const SILENT = new Set(
  `MR MRS MS MISS MADAM MADAME SIR DR PROF REV FR SR BR PST PASTOR BISHOP APOSTLE EVANGELIST HON MHE ENG ARCH ADV CPA QS CAPT
  COL MAJ SGT MZEE BWANA BI BIBI NDUGU SHEIKH THE AND LTD LIMITED PLC LLP INC CO COMPANY GROUP SACCO ENTERPRISE ENTERPRISES
  HOLDINGS AGENCIES SUPPLIES DISTRIBUTORS ACADEMY SCHOOL CHURCH HOSPITAL CLINIC`.split(/\s+/),
);

/** Letters that Kenyan names are spelt with in more ways than one; what sounds otherwise is another name. */
const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/PH|F/g, 'V'],
  [/C(?=HR)|C(?!H)/g, 'K'],
  [/(?<=[^C])H/g, ''],
  [/Z/g, 'S'],
  [/[WO]/g, 'U'],
  [/[YE]/g, 'I'],
  [/G(?=I)/g, 'J'],
  [/(.)\1+/g, '$1'],
];

/** The words of a name in capitals, without accents and apostrophes. */
export const nameKey = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[\p{M}'’‘ʼ\x60]/gu, '')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, ' ')
    .trim();

/** Nobody is called by more: each word of a name is held against each of another's. */
const MAX_WORDS = 12;

/** The words of a name that tell who it is: no titles and no legal endings, unless nothing else is left. */
export function tellingWords(name: string): string[] {
  const all = nameKey(name).split(' ');
  const telling = all.filter((word) => !SILENT.has(word));
  return (telling.length > 0 ? telling : all).slice(0, MAX_WORDS);
}

/** How many words two names have in common, however they are spelt; an initial is a word that begins with it. */
export function sharedWords(one: readonly string[], other: readonly string[]): number {
  const left = [...other];
  const take = (fits: (word: string) => boolean): boolean => {
    const at = left.findIndex(fits);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  };
  const rest = one.filter((word) => !take((found) => soundOf(found) === soundOf(word)));
  const initials = rest.filter((word) => take((found) => isInitial(found, word)));
  return one.length - rest.length + initials.length;
}

/** Whether two names may be one person's: two words in common, or one where one of them has no more. */
export const mayBeOne = (one: readonly string[], other: readonly string[]): boolean =>
  sharedWords(one, other) >= Math.min(2, one.length, other.length);

const isInitial = (one: string, other: string): boolean =>
  (one.length === 1 || other.length === 1) && one[0] === other[0];

const soundOf = (word: string): string => SOUNDS.reduce((sound, [letters, as]) => sound.replace(letters, as), word);
