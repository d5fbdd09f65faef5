import { visible } from '@malipo/values';
import type exceljs from 'exceljs';
import type { Place } from '../read/remarks.ts';
import { called, type Name } from '../tell/swahili.ts';
import type { Language } from '../tell/words.ts';

/** A column of the workbook: title, width in characters, how its values are shown. */
export type Column<Row> = {
  title: Name;
  width: number;
  format?: 'money' | 'percent' | 'day' | 'time' | 'count';
  /** Stays where it is when the others are moved aside; such columns come first. */
  staysInSight?: true;
  value: (row: Row) => string | number | Date | null;
};

const FORMATS = {
  money: '#,##0.00;[Red]-#,##0.00',
  percent: '0.0%',
  day: 'dd/mm/yyyy',
  time: 'dd/mm/yyyy hh:mm:ss',
  count: '#,##0',
} as const;

const A4 = 9;
/** How sheets are printed. */
export const PAGE = { paperSize: A4, orientation: 'landscape' } as const;

const MAX_TEXT = 2_000;

/** What a formula begins with, also as wide as Chinese letters, which some programs read alike. @see OWASP, CSV Injection */
const BEGINS_FORMULA = /^\s*[=+\-@＝＋－＠]/;

/** Text that no spreadsheet program takes for a formula, and that hides nothing. */
export function safeText(text: string): string {
  const shown = visible(text, MAX_TEXT);
  return BEGINS_FORMULA.test(shown) ? `'${shown}` : shown;
}

const safe = (value: string | number | Date | null) => (typeof value === 'string' ? safeText(value) : value);

/** The workbook that is being made, and the language of its names. */
export type Target = { book: exceljs.Workbook; language: Language };

/** A sheet with a frozen, filterable header and one line for each row. */
export function addSheet<Row>(
  { book, language }: Target,
  name: Name,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): void {
  const sheet = book.addWorksheet(called(name, language), {
    views: [{ state: 'frozen', ySplit: 1, xSplit: columns.filter((one) => one.staysInSight).length }],
    pageSetup: { ...PAGE, printTitlesRow: '1:1' },
  });
  sheet.columns = columns.map(({ title, width, format }) => {
    // a line is as high as its longest text, and all its cells are read from the top
    const alignment = { vertical: 'top' as const, wrapText: !format && width >= 40 };
    return { header: called(title, language), width, style: { alignment, ...(format && { numFmt: FORMATS[format] }) } };
  });
  for (const row of rows) sheet.addRow(columns.map(({ value }) => safe(value(row))));
  const header = sheet.getRow(1);
  header.font = { bold: true };
  header.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFE2EFDA' } };
  header.alignment = { vertical: 'middle', wrapText: true };
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: Math.max(1, rows.length + 1), column: columns.length } };
}

/** The sheet of a line, where some file has several. */
export const sheetColumn = <Row extends { row: { place: Place } }>(rows: readonly Row[]): Column<Row>[] =>
  rows.some(({ row }) => row.place.sheet !== null)
    ? [{ title: 'Sheet', width: 14, value: ({ row }) => row.place.sheet }]
    : [];

export const shillings = (cents: number): number => cents / 100;

const EAT_MS = 3 * 60 * 60 * 1000;

/** A cell that shows Nairobi's clock: workbooks know no time zones. */
export const wallClock = (at: number): Date => new Date(at + EAT_MS);
export const wallDay = (day: string): Date => new Date(`${day}T00:00:00Z`);
