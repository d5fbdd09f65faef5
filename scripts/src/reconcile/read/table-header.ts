import { cellText, isBlank, type Row, type Sheet } from './cell.ts';
import { type Columns, isCurrencyTitle, titleWords } from './columns.ts';
import { readCurrency } from './currency.ts';
import type { Remark } from './remarks.ts';
import type { Table } from './table.ts';

/** A header stands among these first rows that are not blank. */
const PREAMBLE_ROWS = 40;

/** The texts of a row. */
export const filled = (row: Row): string[] => row.cells.map((cell) => cellText(cell)).filter((text) => text !== '');

/** Several short texts without numbers; a row of a table always has some. */
export function looksLikeHeader(row: Row): boolean {
  const texts = filled(row);
  return texts.length > 1 && texts.every((text) => text.length <= 40 && !/\d{2}|^\d/.test(text));
}

/**
 * The tables of a sheet, one below the other, each with the rows down to the next header; where no header is complete,
 * the row with most titles that we know. A line of its own above a later header is set aside as its heading.
 */
export function findBlocks<Field extends string>(
  sheet: Sheet,
  wanted: Columns<Field>,
  remarks: Remark[],
): Table<Field>[] {
  const rows = sheet.rows.filter((row) => !isBlank(row));
  const starts = headersIn(rows, wanted);
  if (starts.length === 0) return bestOf(sheet, rows, wanted);
  const first = bestOf(sheet, rows.slice(0, starts[0]), wanted).filter(holdsRecords);
  const currency = currencyIn(rows.slice(0, starts[0]));
  const blocks = starts.map((start, at): Table<Field> => {
    const header = rows[start] as Row;
    const below = rows.slice(start + 1, starts[at + 1]);
    const headings = at + 1 < starts.length ? below.splice(headingFrom(below)) : [];
    for (const { line, cells } of headings) {
      const place = { file: sheet.file, sheet: sheet.name, line, column: null, remedy: '' };
      remarks.push({
        ...place,
        kind: 'set aside',
        value: cellText(cells.find((cell) => cell !== '')),
        what: 'heading',
      });
    }
    return { sheet, header, currency, columns: recognise(header, wanted), rows: below };
  });
  return [...first, ...blocks];
}

/** The currency that rows above a table name: `Currency:` and `USD` beside it, or both in one cell. */
function currencyIn(rows: readonly Row[]): string | null {
  for (const row of rows) {
    const texts = filled(row)
      .flatMap((text) => text.split(/:\s*/))
      .filter((text) => text !== '');
    const at = texts.findIndex(isCurrencyTitle);
    const currency = at < 0 ? null : readCurrency(texts[at + 1] ?? '');
    if (currency !== null) return currency;
  }
  return null;
}

/** Where rows become lines of their own that only lead to the next header. */
const headingFrom = (rows: readonly Row[]): number => rows.findLastIndex((row) => filled(row).length > 1) + 1;

/** Rows with a day in them: above a complete header they are a table, not a summary. */
const holdsRecords = <Field extends string>({ rows, columns }: Table<Field>): boolean =>
  columns.size > 1 && rows.some((row) => filled(row).length > 2 && row.cells.some((cell) => DAY.test(cellText(cell))));

const DAY = /\d[-/.]\w{1,9}[-/.]\d/;

/** Indexes of the header rows: the first complete one of the preamble, then every other that differs from it. */
function headersIn<Field extends string>(rows: readonly Row[], wanted: Columns<Field>): number[] {
  const found: number[] = [];
  let current = '';
  for (const [at, row] of rows.entries()) {
    if (found.length === 0 && at >= PREAMBLE_ROWS) break;
    if (!(looksLikeHeader(row) || at < PREAMBLE_ROWS)) continue;
    const text = filled(row).join('|');
    const columns = recognise(row, wanted);
    const isMostlyKnown = 2 * columns.size >= filled(row).length;
    if (columns.size < 2 || text === current || !(isMostlyKnown || looksLikeHeader(row))) continue;
    if (!isComplete({ columns }, wanted) && (found.length === 0 || !isMostlyKnown || !looksLikeHeader(row))) continue;
    found.push(at);
    current = text;
  }
  return found;
}

/** The row with most titles that we know, with the rows below it; none where no row has any. */
function bestOf<Field extends string>(sheet: Sheet, rows: readonly Row[], wanted: Columns<Field>): Table<Field>[] {
  let best: Table<Field> | undefined;
  for (const [at, header] of rows.slice(0, PREAMBLE_ROWS).entries()) {
    const columns = recognise(header, wanted);
    if (columns.size > (best?.columns.size ?? 0)) {
      best = { sheet, columns, header, currency: currencyIn(rows.slice(0, at)), rows: rows.slice(at + 1) };
    }
  }
  return best ? [best] : [];
}

/** Which column is what, by its title. */
export function recognise<Field extends string>(header: Row, wanted: Columns<Field>): Table<Field>['columns'] {
  const titles = header.cells.map((cell) => titleWords(cellText(cell)));
  const columns = new Map<Field, { at: number; title: string }>();
  const taken = new Set<number>();
  for (const field in wanted.titles) {
    const at = wanted.titles[field]
      .map((title) => titles.findIndex((text, column) => text === title && !taken.has(column)))
      .find((column) => column >= 0);
    if (at === undefined) continue;
    taken.add(at);
    columns.set(field, { at, title: cellText(header.cells[at]) });
  }
  return columns;
}

/** Whether every column that is needed is there. */
export const isComplete = <Field extends string>(
  { columns }: Pick<Table<Field>, 'columns'>,
  { required }: Columns<Field>,
): boolean => required.every((group) => group.some((field) => columns.has(field)));
