import { type Cell, cellText } from './cell.ts';
import { titleWords } from './columns.ts';
import { type DateOrder, isNumericDate, readMoment } from './moment.ts';
import type { Table } from './table.ts';

/** Titles of columns with dates. */
const DATES = /\b(?:date|time|tarehe|due|issued)\b/;
/** One slip of the pen turns no table round: at least this share of its rows must speak for the month first. */
const CLEAR_SHARE = 0.25;

export const columnOf = <Field extends string>({ columns, rows }: Table<Field>, field: Field): Cell[] =>
  rows.map(({ cells }) => cells[columns.get(field)?.at ?? -1] ?? '');

/**
 * In which order a column writes its dates: as those say that can be read in one order only, else as the rest of its table
 * does, else the day first.
 */
export function dateOrder(cells: readonly Cell[], fallback: DateOrder | null = null): DateOrder {
  const own = orderIn(cells);
  if (own === 'dmy' && areTurned(cells)) return 'mixed';
  if (own === 'mdy' && areTurned(cells)) return 'mixedMdy';
  return own ?? fallback ?? 'dmy';
}

/** The order that the date columns of a table have in common; null where all of them leave it open. */
export function tableOrder<Field extends string>({ header, rows }: Table<Field>): DateOrder | null {
  const columns = header.cells.flatMap((title, at) => (DATES.test(titleWords(cellText(title))) ? at : []));
  const orders = new Set(columns.flatMap((at) => orderIn(rows.map(({ cells }) => cells[at] ?? '')) ?? []));
  return orders.size > 1 ? 'mixed' : ([...orders][0] ?? null);
}

/** The order in which nothing is due before it was issued, of columns that leave it open by themselves. */
export function orderInSequence(issued: readonly Cell[], due: readonly Cell[]): DateOrder {
  const rows = issued.map((cell, at): [Cell, Cell] => [cell, due[at] ?? '']);
  const dayFirst = rows.filter((row) => fitsOtherwise(...row, 'dmy')).length;
  const monthFirst = rows.filter((row) => fitsOtherwise(...row, 'mdy')).length;
  if (dayFirst > 0 && monthFirst > 0) return 'mixed';
  return dayFirst > 0 && dayFirst >= CLEAR_SHARE * rows.length ? 'mixedMdy' : 'dmy';
}

/** Whether something was due before it was issued, as an order has it, and the other order says that it was not. */
export function fitsOtherwise(issued: Cell, due: Cell, order: 'dmy' | 'mdy'): boolean {
  const timeBetween = (by: DateOrder): number =>
    (readMoment(due, by)?.at ?? Number.NaN) - (readMoment(issued, by)?.at ?? Number.NaN);
  return timeBetween(order) < 0 && timeBetween(order === 'dmy' ? 'mdy' : 'dmy') >= 0;
}

function orderIn(cells: readonly Cell[]): DateOrder | null {
  const only = { dmy: 0, mdy: 0, ymd: 0 };
  for (const cell of cells) {
    if (!isNumericDate(cell)) continue;
    const ways = (['dmy', 'mdy', 'ymd'] as const).filter((order) => readMoment(cell, order));
    if (ways[0] && ways.length === 1) only[ways[0]]++;
  }
  if (only.dmy > 0) return only.mdy > 0 ? 'mixed' : 'dmy';
  if (only.mdy > 0) return 'mdy';
  return only.ymd > 0 ? 'ymd' : null;
}

/**
 * A spreadsheet program that expects another order makes dates, turned round, of texts that it can read, and leaves the
 * others: then no date has a day above twelve.
 */
function areTurned(cells: readonly Cell[]): boolean {
  const dates = cells.filter((cell) => cell instanceof Date);
  return dates.length > 0 && dates.every((date) => date.getUTCDate() <= 12);
}

/** Whether the day could be the month as well. */
export function isAmbiguous(cell: Cell): boolean {
  if (cell instanceof Date) return cell.getUTCDate() <= 12 && cell.getUTCDate() !== cell.getUTCMonth() + 1;
  const [dayFirst, monthFirst] = [readMoment(cell, 'dmy'), readMoment(cell, 'mdy')];
  return dayFirst !== undefined && monthFirst !== undefined && dayFirst.at !== monthFirst.at;
}
