import { CsvError, type Options, parse } from 'csv-parse/sync';
import type { Row } from './cell.ts';
import { knowsTitle } from './columns.ts';
import { RowError } from './remarks.ts';

const DELIMITERS = [',', ';', '\t', '|'] as const;
/** A header stands among these first lines; a preamble may stand above it. */
const PREAMBLE_LINES = 40;

export type CsvContent = { rows: Row[]; broken: { line: number; error: RowError }[] };

/**
 * Splits a text (line ends `\n`) into rows. A line whose quotation marks do not fit is reported, and reading goes on
 * with the next line, so that one slip cannot swallow the rest of a file.
 */
export function readCsv(text: string): CsvContent {
  const lines = text.split('\n');
  const named = /^sep=(.)$/i.exec(lines[0] ?? '')?.[1];
  const content: CsvContent = { rows: [], broken: [] };
  const delimiter = named ?? guessDelimiter(lines);
  let next = named === undefined ? 0 : 1;
  while (next < lines.length) {
    next = readFrom(lines, next, delimiter, content);
    if (next >= lines.length) break;
    repair(lines[next] ?? '', next + 1, delimiter, content);
    next++;
  }
  return content;
}

/** Reads as far as the text is well-formed. @returns the line (from 0) that is not, or the number of lines */
function readFrom(lines: readonly string[], from: number, delimiter: string, content: CsvContent): number {
  let at = from;
  const options: Options = {
    ...OPTIONS,
    delimiter,
    on_record: (cells: string[], { lines: end }) => {
      content.rows.push({ line: at + 1, cells });
      at = from + end;
      return null;
    },
  };
  try {
    parse(lines.slice(from).join('\n'), options);
    return lines.length;
  } catch (error) {
    if (error instanceof CsvError) return at;
    throw error;
  }
}

const OPTIONS: Options = { relax_column_count: true, record_delimiter: '\n' };

/** A line with loose quotation marks still counts where it can be read by itself. */
function repair(line: string, number: number, delimiter: string, content: CsvContent): void {
  try {
    const [cells] = parse(line, { ...OPTIONS, delimiter, relax_quotes: true });
    content.rows.push({ line: number, cells: cells ?? [] });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const what = 'a quotation mark is opened and not closed';
    content.broken.push({ line: number, error: new RowError(null, line.slice(0, 120), what, 'close or remove it') });
  }
}

/** The delimiter under which most column titles are recognised in one line; a comma where none is. */
function guessDelimiter(lines: readonly string[]): string {
  const known = (delimiter: string): number =>
    Math.max(...lines.slice(0, PREAMBLE_LINES).map((line) => line.split(delimiter).filter(isTitle).length));
  const [first = ','] = DELIMITERS.toSorted((one, other) => known(other) - known(one));
  return first;
}

const isTitle = (cell: string): boolean => knowsTitle(cell.replaceAll('"', ''));
