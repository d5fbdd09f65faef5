/** Where something was read. */
export type Place = { file: string; sheet: string | null; line: number };

/**
 * What a person has to know about a line: it could not be read, a value of it could not, it was understood and is neither
 * an invoice nor a payment, or it is a header with columns that were not used.
 */
export type Remark = Place & {
  kind: 'not read' | 'read in part' | 'set aside' | 'not used';
  /** Title of the column, where one is to blame. */
  column: string | null;
  value: string;
  what: string;
  remedy: string;
};

/** A line that cannot be read: which column, what is wrong, what to do about it. */
export class RowError extends Error {
  readonly column: string | null;
  readonly value: string;
  readonly remedy: string;

  constructor(column: string | null, value: string, what: string, remedy: string) {
    super(what);
    this.column = column;
    this.value = value;
    this.remedy = remedy;
  }
}

/** A file that cannot be read at all; the message is one line and ends with the next step. */
export class FileError extends Error {}

export const byKind = (remarks: readonly Remark[], kind: Remark['kind']): Remark[] =>
  remarks.filter((remark) => remark.kind === kind);

/** `line 12`, with its file and sheet where they are not those of the line that it is told to. */
export function placeText(place: Place, from: Place, language: 'en' | 'sw' = 'en'): string {
  const { line, of, sheet } = PLACES[language];
  const file = place.file === from.file ? null : place.file;
  const name =
    place.sheet === null || (file === null && place.sheet === from.sheet) ? null : `${sheet} '${place.sheet}'`;
  const elsewhere = [file, name].filter((part) => part !== null).join(', ');
  return `${line} ${place.line}${elsewhere === '' ? '' : ` ${of} ${elsewhere}`}`;
}

const PLACES = {
  en: { line: 'line', of: 'of', sheet: 'sheet' },
  sw: { line: 'mstari wa', of: 'wa', sheet: 'karatasi' },
} as const;
