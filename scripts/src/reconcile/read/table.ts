import { type Cell, cellText, type Row, type Sheet } from './cell.ts';
import { type Place, type Remark, RowError } from './remarks.ts';

/** A header with the rows below it. */
export type Table<Field extends string> = {
  sheet: Sheet;
  /** Column (from 0) and title by field. */
  columns: ReadonlyMap<Field, { at: number; title: string }>;
  rows: readonly Row[];
  header: Row;
  /** ISO 4217, where the rows above the header name it. */
  currency: string | null;
};

/** One row below a header, by field. */
export type Entry<Field extends string> = {
  place: Place;
  /** What an amount is in that names no currency; null where the table names none either. */
  currency: string | null;
  has: (field: Field) => boolean;
  cell: (field: Field) => Cell;
  text: (field: Field) => string;
  /** The row as text, for messages. */
  all: string;
  fail: (field: Field | null, what: string, remedy: string) => RowError;
  doubt: (field: Field, what: string, remedy: string) => void;
  setAside: (what: string) => void;
};

/** Reads every row below the header; a row that throws a `RowError` becomes a remark, and reading goes on. */
export function readRows<Field extends string, T>(
  table: Table<Field>,
  remarks: Remark[],
  read: (entry: Entry<Field>) => T | null,
): T[] {
  const titles = table.header.cells.map((cell) => cellText(cell)).join('|');
  return table.rows.flatMap((row) => {
    const entry = entryOf(table, row, remarks);
    if (row.cells.map((cell) => cellText(cell)).join('|') === titles) {
      entry.setAside('header repeated');
      return [];
    }
    try {
      refuseShifted(entry, table, row);
      return read(entry) ?? [];
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      const { column, value, message, remedy } = error;
      remarks.push({ ...entry.place, kind: 'not read', column, value, what: message, remedy });
      return [];
    }
  });
}

/** A comma without quotation marks makes two cells of one and moves the rest of its row to the right. */
function refuseShifted<Field extends string>(entry: Entry<Field>, table: Table<Field>, row: Row): void {
  const { header, columns } = table;
  const texts = row.cells.map((cell) => cellText(cell));
  const titled = header.cells.findLastIndex((cell) => cellText(cell) !== '');
  const last = Math.max(titled, ...[...columns.values()].map(({ at }) => at));
  const isBeyond = texts.findLastIndex((text) => text !== '') > last;
  const isLonger = texts.length > header.cells.length;
  const isSplit = texts.some((text, at) => BEGINS_AMOUNT.test(text) && endsAmount(texts[at + 1] ?? '', isLonger));
  if (!isBeyond && !isSplit) return;
  const what = isBeyond || isLonger ? 'more cells than the header has titles' : 'a comma has split an amount in two';
  const remedy = 'put quotation marks round an amount with a comma, and a title above every column';
  throw entry.fail(null, what, remedy);
}

const BEGINS_AMOUNT = /^\(?-?(?:(?:kes|kshs?|sh)\.?\s*)?\d{1,3}$/i;

/** Three digits behind a small amount may be an account, unless the row has a cell too many or they are all zero. */
const endsAmount = (text: string, isLonger: boolean): boolean =>
  (isLonger ? /^\d{3}(?:\.\d{1,2})?\)?(?:\/[=-])?$/ : /^000(?:\.\d{1,2})?\)?(?:\/[=-])?$/).test(text);

function entryOf<Field extends string>(table: Table<Field>, row: Row, remarks: Remark[]): Entry<Field> {
  const { file, name } = table.sheet;
  const place: Place = { file, sheet: name, line: row.line };
  const cell = (field: Field): Cell => row.cells[table.columns.get(field)?.at ?? -1] ?? '';
  const text = (field: Field): string => cellText(cell(field));
  const titleOf = (field: Field | null): string | null => (field && table.columns.get(field)?.title) ?? null;
  const all = row.cells
    .map((one) => cellText(one))
    .filter((one) => one !== '')
    .join(' | ');
  return {
    place,
    currency: table.currency,
    has: (field) => table.columns.has(field),
    cell,
    text,
    all,
    fail: (field, what, remedy) =>
      new RowError(titleOf(field), (field && text(field)) || all.slice(0, 120), what, remedy),
    doubt: (field, what, remedy) => {
      remarks.push({ ...place, kind: 'read in part', column: titleOf(field), value: text(field), what, remedy });
    },
    setAside: (what) => {
      remarks.push({ ...place, kind: 'set aside', column: null, value: all.slice(0, 200), what, remedy: '' });
    },
  };
}
