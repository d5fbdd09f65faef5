/** A cell as it was read: text, a number, or a wall-clock time whose UTC fields are what the sheet shows; `''` is empty. */
export type Cell = string | number | Date;

/** One line of a file; `line` is what a person sees in an editor or beside the row in a spreadsheet. */
export type Row = { line: number; cells: readonly Cell[] };

/** A worksheet, or the whole of a text file (`name` null). */
export type Sheet = { file: string; name: string | null; rows: readonly Row[]; isHidden?: boolean };

/** What is longer is a letter, and no name, number or amount. */
const MAX_TEXT = 1_000;

/**
 * The text of a cell in one line, trimmed, with one space where there are several: wrapped by hand or by a converter it says
 * the same; numbers in full. What reads it may rely on that: patterns with a gap in them take the square of a long one.
 */
export function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return Number.isInteger(cell) ? BigInt(cell).toString() : String(cell);
  if (cell instanceof Date) return cell.toISOString().slice(0, 19).replace('T', ' ').replace(' 00:00:00', '');
  const text = cell.replace(/\s+/g, ' ').trim();
  // so that what was cut off makes no amount or number of it
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT).toWellFormed()}…`;
}

export const isBlank = (row: Row): boolean => row.cells.every((cell) => cellText(cell) === '');
