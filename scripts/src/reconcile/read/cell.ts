/** A cell as it was read: text, a number, or a wall-clock time whose UTC fields are what the sheet shows; `''` is empty. */
export type Cell = string | number | Date;

/** One line of a file; `line` is what a person sees in an editor or beside the row in a spreadsheet. */
export type Row = { line: number; cells: readonly Cell[] };

/** A worksheet, or the whole of a text file (`name` null). */
export type Sheet = { file: string; name: string | null; rows: readonly Row[]; isHidden?: boolean };

/** The text of a cell in one line, trimmed: wrapped by hand or by a converter it says the same; numbers in full. */
export function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return Number.isInteger(cell) ? BigInt(cell).toString() : String(cell);
  if (cell instanceof Date) return cell.toISOString().slice(0, 19).replace('T', ' ').replace(' 00:00:00', '');
  return cell.replace(/[\t ]*[\r\n\u2028\u2029]+[\t ]*|\u00a0/g, ' ').trim();
}

export const isBlank = (row: Row): boolean => row.cells.every((cell) => cellText(cell) === '');
