import { cellText } from './cell.ts';
import { type Columns, isMissed } from './columns.ts';
import { ungroup } from './grouped.ts';
import { type Kind, kindOf } from './kind.ts';
import { markerColumn } from './marker.ts';
import type { Sheets } from './open-file.ts';
import { FileError, type Remark } from './remarks.ts';
import type { Table } from './table.ts';
import { filled, findBlocks, isComplete, looksLikeHeader, recognise } from './table-header.ts';

/**
 * Finds the headers in every sheet of a file. A table that is incomplete, or that plainly holds something else, becomes a
 * remark.
 * @throws {FileError} naming what was found and what is needed, where no table is left
 */
export function findTables<Field extends string>(
  opened: Sheets,
  wanted: Columns<Field>,
  remarks: Remark[],
): Table<Field>[] {
  const found = opened.sheets
    .flatMap((sheet) => findBlocks(sheet, wanted, remarks))
    .map((table) => ungroup(table, wanted, remarks));
  const others = new Map(found.map((table) => [table, otherKind(table, wanted, opened)]));
  const complete = found.filter((table) => isComplete(table, wanted));
  const own = complete.filter((table) => others.get(table) === null);
  // a list of invoices names its customers, too
  const tables = own.length === 0 && wanted.name === 'customers' ? complete : own;
  if (tables.length === 0) {
    const kind = [...others.values()].find((one) => one === 'invoices' || (one && complete.length > 0));
    throw kind ? mistaken(opened, wanted, kind) : missing(opened, wanted, found);
  }
  for (const table of found.filter((one) => !tables.includes(one))) {
    const kind = others.get(table);
    if (kind) remarks.push(aside(table, kind));
    else if (isLost(table)) remarks.push(lost(table, wanted));
  }
  const whole = withoutHidden(opened, tables, remarks).map((table) => withMarker(table, wanted));
  remarks.push(...whole.flatMap(unused));
  return whole;
}

/** What nobody sees in the workbook does not count, and is told. @throws {FileError} where nothing else is left */
function withoutHidden<Field extends string>(
  { file }: Sheets,
  tables: readonly Table<Field>[],
  remarks: Remark[],
): readonly Table<Field>[] {
  const hidden = tables.filter(({ sheet }) => sheet.isHidden);
  if (hidden.length === tables.length) {
    throw new FileError(`the worksheet of ${file} that holds them is hidden; ${UNHIDE}`);
  }
  for (const { sheet, header, rows } of hidden) {
    const place = { file: sheet.file, sheet: sheet.name, line: header.line, column: null };
    const what = `rows of a hidden worksheet that were not read: ${rows.length}`;
    remarks.push({ ...place, kind: 'not read', value: filled(header).join(', '), what, remedy: UNHIDE });
  }
  return tables.filter(({ sheet }) => !sheet.isHidden);
}

const UNHIDE = 'unhide it so that it counts, or delete it';

/** Columns with something in them that were not used, though they may hold what is looked for. */
function unused<Field extends string>({ sheet, header, columns, rows }: Table<Field>): Remark[] {
  const used = new Set([...columns.values()].map(({ at }) => at));
  const holdsText = (at: number): boolean => rows.some(({ cells }) => cellText(cells[at]) !== '');
  const titles = header.cells
    .map((cell) => cellText(cell))
    .filter((title, at) => !used.has(at) && isMissed(title) && holdsText(at));
  if (titles.length === 0) return [];
  const place = { file: sheet.file, sheet: sheet.name, line: header.line, column: null };
  const remedy = 'rename those that say who, for what or how much';
  return [{ ...place, kind: 'not used', value: titles.join(', '), what: 'columns that were not used', remedy }];
}

/** What a table holds instead of what is wanted, where its titles say so. */
function otherKind<Field extends string>(
  { header }: Table<Field>,
  wanted: Columns<Field>,
  { isBoth }: Sheets,
): Kind | null {
  const kind = kindOf(header, isBoth === true);
  return kind === wanted.name ? null : kind;
}

function aside<Field extends string>({ sheet, header }: Table<Field>, kind: Kind): Remark {
  const place = { file: sheet.file, sheet: sheet.name, line: header.line };
  const value = filled(header).join(', ');
  return { ...place, kind: 'set aside', column: null, value, what: `table of ${kind}`, remedy: '' };
}

/** A table that lacks a column, rather than a cover or a note: titles without numbers, and rows below them. */
const isLost = <Field extends string>({ header, rows }: Table<Field>): boolean =>
  looksLikeHeader(header) && rows.some((row) => filled(row).length > 1);

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

function missing<Field extends string>(
  { file }: Sheets,
  wanted: Columns<Field>,
  found: readonly Table<Field>[],
): FileError {
  const [nearest] = found.toSorted((one, other) => other.columns.size - one.columns.size);
  const titles = nearest?.header.cells.map((cell) => cellText(cell)).filter((title) => title !== '') ?? [];
  const seen = titles.length > 0 ? `found: ${titles.join(', ')}` : 'no row looks like a header';
  const needed = neededBy(wanted, nearest?.columns);
  const what = `${file} misses columns for ${wanted.name}: it needs ${needed} (${seen})`;
  return new FileError(`${what}; rename the columns in its header row`);
}

const neededBy = <Field extends string>(wanted: Columns<Field>, columns?: Table<Field>['columns']): string =>
  wanted.required
    .filter((group) => !group.some((field) => columns?.has(field)))
    .map((group) => group.map((field) => `'${examples(wanted, field)}'`).join(' or '))
    .join(', and ');

const examples = <Field extends string>({ titles, shown }: Columns<Field>, field: Field): string =>
  (shown?.[field] ?? titles[field][0] ?? field).replace(/^./, (letter) => letter.toUpperCase());

function mistaken<Field extends string>({ file }: Sheets, { name }: Columns<Field>, kind: Kind): FileError {
  const title = name === 'payments' ? ", or give its payments a column 'Receipt no'" : '';
  return new FileError(`${file} holds ${kind} and no ${name}; give it to --${kind}${title}`);
}
