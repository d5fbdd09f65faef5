import { cellText, type Row } from './cell.ts';
import { titleWords } from './columns.ts';

/** Which way the money of a line went. */
export type Way = 'in' | 'out';

const IN = /^(?:cr|credits?|credited|krediti|money in|paid in|zilizoingia|imeingia)(?: (?:entry|transaction))?$/;
const OUT = /^(?:dr|debits?|debited|debiti|money out|paid out|zilizotoka|imetoka)(?: (?:entry|transaction))?$/;

/** Reads `DR`, `Cr.`, `Debit`, `C`, …; null for any other text: a `Debit card` is how a customer pays. */
export function readMarker(text: string): Way | null {
  const words = titleWords(text);
  if (words === 'c' || IN.test(words)) return 'in';
  return words === 'd' || OUT.test(words) ? 'out' : null;
}

/**
 * The column (from 0) that tells money in from money out: by its title, else because at least half of its cells are
 * markers, whatever its title. Of several the one beside the amount, since a balance may have one as well.
 * @param free whether a column may be one: those that hold something else by their title may not
 */
export function markerColumn(
  header: Row,
  rows: readonly Row[],
  titles: readonly string[],
  amountAt: number,
  free: (column: number) => boolean,
): number | undefined {
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), header.cells.length);
  const all = Array.from({ length: width }, (_, column) => column).filter(free);
  const titled = all.filter((column) => titles.includes(titleWords(cellText(header.cells[column]))));
  const found = titled.length > 0 ? titled : all.filter((column) => holdsMarkers(rows, column));
  return found.find((column) => column === amountAt + 1) ?? found.find((column) => column === amountAt - 1) ?? found[0];
}

function holdsMarkers(rows: readonly Row[], column: number): boolean {
  const texts = rows.map(({ cells }) => cellText(cells[column])).filter((text) => text !== '');
  // one letter alone, under a title that we do not know, could mean anything
  const markers = texts.filter((text) => text.length > 1 && readMarker(text) !== null);
  return markers.length > 0 && 2 * markers.length >= texts.length;
}
