import { type Cell, cellText, type Row, type Sheet } from './cell.ts';
import type { Columns } from './columns.ts';
import { markerColumn } from './marker.ts';
import type { Sheets } from './open-file.ts';
import { FileError, type Place, type Remark, RowError } from './remarks.ts';
import { filled, findBlocks, isComplete, looksLikeHeader, recognise } from './table-header.ts';

/** A header with the rows below it. */
export type Table<Field extends string> = {
  sheet: Sheet;
  /** Column (from 0) and title by field. */
  columns: ReadonlyMap<Field, { at: number; title: string }>;
  rows: readonly Row[];
  header: Row;
};

/**
 * Finds the headers in every sheet of a file; an incomplete one becomes a remark with the rows below it.
 * @throws {FileError} naming what was found and what is needed, where no sheet has all
 */
export function findTables<Field extends string>(
  opened: Sheets,
  wanted: Columns<Field>,
  remarks: Remark[],
): Table<Field>[] {
  const found = opened.sheets.flatMap((sheet) => findBlocks(sheet, wanted, remarks));
  const tables = found.filter((table) => isComplete(table, wanted));
  if (tables.length === 0) {
    const [nearest] = found.toSorted((one, other) => other.columns.size - one.columns.size);
    throw new FileError(missing(opened, wanted, nearest));
  }
  remarks.push(...found.filter((table) => isLost(table, wanted)).map((table) => lost(table, wanted)));
  return tables.map((table) => withMarker(table, wanted));
}

/** A table that lacks a column, rather than a cover or a note: titles without numbers, and rows below them. */
const isLost = <Field extends string>(table: Table<Field>, wanted: Columns<Field>): boolean =>
  !isComplete(table, wanted) && looksLikeHeader(table.header) && table.rows.some((row) => filled(row).length > 1);

function lost<Field extends string>({ sheet, header, rows }: Table<Field>, wanted: Columns<Field>): Remark {
  const { file, name } = sheet;
  const needed = neededBy(wanted, recognise(header, wanted));
  const what = `rows below this header that were not read: ${rows.length}; no column is known as ${needed}`;
  const value = filled(header).join(', ');
  const remedy = 'rename the column in the header row';
  return { file, sheet: name, line: header.line, kind: 'not read', column: null, value, what, remedy };
}

/** Adds the column that says which way money went; a column of types may be one besides what it is. */
function withMarker<Field extends string>(table: Table<Field>, { marker, titles }: Columns<Field>): Table<Field> {
  const beside = marker && table.columns.get(marker.beside);
  if (!marker || !beside) return table;
  const { field, shared } = marker;
  const taken = new Set([...table.columns].filter(([of]) => of !== field && of !== shared).map(([, { at }]) => at));
  const at = markerColumn(table.header, table.rows, titles[field], beside.at, (column) => !taken.has(column));
  if (at === undefined) return table;
  return { ...table, columns: new Map([...table.columns, [field, { at, title: cellText(table.header.cells[at]) }]]) };
}

function missing<Field extends string>(opened: Sheets, wanted: Columns<Field>, nearest?: Table<Field>): string {
  const titles = nearest?.header.cells.map((cell) => cellText(cell)).filter((title) => title !== '') ?? [];
  const found = titles.length > 0 ? `found: ${titles.join(', ')}` : 'no row looks like a header';
  const needed = neededBy(wanted, nearest?.columns);
  return `${opened.file} misses columns for ${wanted.name}: it needs ${needed} (${found}); rename the columns in its header row`;
}

const neededBy = <Field extends string>(wanted: Columns<Field>, columns?: Table<Field>['columns']): string =>
  wanted.required
    .filter((group) => !group.some((field) => columns?.has(field)))
    .map((group) => group.map((field) => `'${examples(wanted, field)}'`).join(' or '))
    .join(', and ');

const examples = <Field extends string>({ titles, shown }: Columns<Field>, field: Field): string =>
  (shown?.[field] ?? titles[field][0] ?? field).replace(/^./, (letter) => letter.toUpperCase());

/** One row below a header, by field. */
export type Entry<Field extends string> = {
  place: Place;
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
      refuseShifted(entry, table.header, row);
      return read(entry) ?? [];
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      const { column, value, message, remedy } = error;
      remarks.push({ ...entry.place, kind: 'not read', column, value, what: message, remedy });
      return [];
    }
  });
}

/** A thousands comma without quotation marks makes two cells of an amount and moves the rest to the right. */
function refuseShifted<Field extends string>(entry: Entry<Field>, header: Row, row: Row): void {
  const lastTitle = header.cells.findLastIndex((cell) => cellText(cell) !== '');
  const beyond = row.cells.findLastIndex((cell) => cellText(cell) !== '') > lastTitle;
  const texts = row.cells.map((cell) => cellText(cell));
  const splitAt = texts.findIndex((text, at) => /^-?\d{1,3}$/.test(text) && /^\d{3}\.\d{2}$/.test(texts[at + 1] ?? ''));
  const isSplit = splitAt >= 0 && row.cells.length > header.cells.length;
  if (!isSplit && !(beyond && filled(row).length > filled(header).length)) return;
  throw entry.fail(null, 'more cells than the header has titles', 'put quotation marks round an amount with a comma');
}

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
