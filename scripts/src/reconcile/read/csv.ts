import { CsvError, type Options, parse } from 'csv-parse/sync';
import type { Row } from './cell.ts';
import { knowsTitle } from './columns.ts';
import { type CsvRecord, readRecord } from './csv-record.ts';
import { RowError } from './remarks.ts';

const DELIMITERS = [',', ';', '\t', '|'] as const;
/** A header stands among these first lines; a preamble may stand above it. */
const PREAMBLE_LINES = 40;

export type CsvContent = { rows: Row[]; broken: { line: number; error: RowError }[] };

/**
 * Splits a text (line ends `\n`) into rows. A line whose quotation marks do not fit is reported, and reading goes on
 * with the next line, so that one slip cannot swallow the rest of a file. Every line is looked at a few times at most.
 */
export function readCsv(text: string): CsvContent {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const named = /^sep=(.)$/i.exec(lines[0] ?? '')?.[1];
  const content: CsvContent = { rows: [], broken: [] };
  const delimiter = named ?? guessDelimiter(lines);
  const width = widthOf(lines, delimiter);
  let next = named === undefined ? 0 : 1;
  while (next < lines.length) {
    const record = readRecord(lines, next, delimiter);
    const isWhole = record !== null && !holdsRecords(record, lines.slice(next, record.end), delimiter, width);
    if (isWhole) content.rows.push({ line: next + 1, cells: record.cells });
    else repair(lines[next] ?? '', next + 1, delimiter, content);
    next = isWhole ? record.end : next + 1;
  }
  return content;
}

/** A quoted cell that swallowed rows, since a mark was left open and another one stands some lines below. */
function holdsRecords(record: CsvRecord, lines: readonly string[], delimiter: string, width: number): boolean {
  if (lines.length < 2) return false;
  const numbersIn = (line: string): number => line.split(delimiter).filter((cell) => NUMBER.test(cell)).length;
  const isRow = (line: string): boolean => line.split(delimiter).length === width && numbersIn(line) > 0;
  if (width > 1 && lines.every(isRow)) return true;
  const inside = record.cells.flatMap((cell) => cell.split('\n').slice(1));
  return inside.some((line) => line.split(delimiter).length > 2 && numbersIn(line) > 1);
}

const NUMBER = /^(?=\D*\d)[\s\d/.:+-]+$/;

const titlesIn = (line: string, delimiter: string): number => line.split(delimiter).filter(isTitle).length;

/** How many cells the header has, 0 where there is none. */
function widthOf(lines: readonly string[], delimiter: string): number {
  const [header = ''] = lines
    .slice(0, PREAMBLE_LINES)
    .toSorted((one, other) => titlesIn(other, delimiter) - titlesIn(one, delimiter));
  return titlesIn(header, delimiter) === 0 ? 0 : header.split(delimiter).length;
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
    Math.max(...lines.slice(0, PREAMBLE_LINES).map((line) => titlesIn(line, delimiter)));
  const [first = ','] = DELIMITERS.toSorted((one, other) => known(other) - known(one));
  return first;
}

const isTitle = (cell: string): boolean => knowsTitle(cell.replaceAll('"', ''));
