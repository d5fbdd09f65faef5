import { upperPlain } from './fold.ts';
import { isMonthWord } from './months.ts';
import { COMPANY_WORDS, STOP_WORDS } from './vocabulary.ts';

/** Spellings of one name in Kenya; the first is the one kept. */
const FAMILIES = [
  'MOHAMED MOHAMMED MUHAMMAD MOHAMUD MOHAMMAD MUHAMED',
  'ABDI ABDY',
  'HUSSEIN HUSSAIN HUSEIN',
  'AHMED AHMAD AHMET',
  'NJOROGE NJOROGHE NJOROJE',
  'WANJIKU WANJIKO',
  'KAMAU KAMAO',
  'MWANGI MUANGI',
  'STEPHEN STEVEN STEVE STEPHENE',
  'CATHERINE KATHERINE CATHERIN KATE',
  'GEOFFREY JEFFREY JEOFFREY GEOFREY',
  'ELIZABETH ELISABETH',
  'ESTHER ESTER',
  'JOSEPH JOSEF YUSUF',
  'ISAAC ISAACK ISAK',
  'ERICK ERIC ERIK',
  'SARAH SARA',
  'BRIAN BRYAN',
  'MERCY MERCIE',
  'NJERI NJERY',
  'ACHIENG ACHIENGH',
  'OTIENO OTENO',
  'CHRISTINE KRISTINE CHRISTIN',
  'DENNIS DENIS',
  'LILIAN LILLIAN',
  'VIVIAN VIVIANE',
  'HELLEN HELEN',
  'TERESA THERESA TERESIA',
];

const FAMILY = new Map(
  FAMILIES.flatMap((line) => line.split(' ').map((name) => [name, line.split(' ')[0] ?? name] as const)),
);

/** One spelling per name: upper case, no accents, `NG'ANG'A` as `NGANGA`, Mohammed as Mohamed. */
export const nameWords = (name: string): string[] =>
  (
    upperPlain(name)
      .replace(/'/g, '')
      .match(/[A-Z]+/g) ?? []
  ).map((word) => FAMILY.get(word) ?? word);

/** Nobody is called by more words: a longer one is a text, and pairs of its words are as many as their square. */
const MAX_NAME_WORDS = 12;

/** The words of a name that tell who it is: no initials, no company endings (unless nothing else is left). */
export function tellingWords(name: string, isCompany: boolean): string[] {
  const all = [...new Set(nameWords(name))];
  const telling = all.filter((word) => word.length > 1 && !(isCompany && COMPANY_WORDS.has(word)));
  return (telling.length > 0 ? telling : all).slice(0, MAX_NAME_WORDS);
}

/** Words of a reference or narrative that may be a name. */
export const possibleNames = (text: string): string[] =>
  nameWords(text).filter(
    (word) => word.length > 2 && !STOP_WORDS.has(word) && !isMonthWord(word) && !COMPANY_WORDS.has(word),
  );

/** Shortest name that a slip or a cut-off form is accepted for. */
export const MIN_FUZZY = 4;
