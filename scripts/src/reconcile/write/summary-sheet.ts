import type exceljs from 'exceljs';
import type { Summary } from '../tell/summary.ts';
import { invoiceLines, invoiceTitles, moneyLines, moneyTitles, shareOf } from '../tell/tables.ts';
import { safeText, shillings } from './sheet.ts';

export type About = readonly (readonly [string, string])[];
type Cells = (string | number | null)[];

const MONEY = '#,##0.00';

/** The tables of the terminal, and what they were made from. */
export function addSummary(book: exceljs.Workbook, about: About, summaries: readonly Summary[]): void {
  const sheet = book.addWorksheet('Summary', { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = [{ width: 52 }, { width: 16 }, { width: 18 }, { width: 18 }, { width: 18 }];
  sheet.addRow(['Reconciliation']).font = { bold: true, size: 14 };
  for (const [name, value] of about) sheet.addRow([name, safeText(value)]);
  for (const summary of summaries) {
    sheet.addRow([]);
    addMoney(sheet, summary);
    sheet.addRow([]);
    addInvoices(sheet, summary);
    sheet.addRow([]);
    const figures: [string, number][] = [
      ['Applied to invoices', summary.toInvoicesCents],
      ['Credit of known customers', summary.creditCents],
      ['Unapplied cash, credit included', summary.unappliedCents],
    ];
    for (const [name, cents] of figures) add(sheet, [name, null, shillings(cents)], ['', '', MONEY]);
  }
}

function addMoney(sheet: exceljs.Worksheet, summary: Summary): void {
  const { currency, received } = summary;
  heading(sheet, moneyTitles(currency));
  for (const { label, sum, inside } of moneyLines(summary)) {
    const shares = inside ? [shareOf(sum.count, received.count), shareOf(sum.cents, received.cents)] : [];
    add(sheet, [label, sum.count, shillings(sum.cents), ...shares], ['', '#,##0', MONEY, '0.0%', '0.0%']);
  }
}

function addInvoices(sheet: exceljs.Worksheet, summary: Summary): void {
  heading(sheet, invoiceTitles(summary.currency));
  for (const { label, count, beforeCents, paidCents, afterCents } of invoiceLines(summary)) {
    const cells = [label, count, shillings(beforeCents), shillings(paidCents), shillings(afterCents)];
    add(sheet, cells, ['', '#,##0', MONEY, MONEY, MONEY]);
  }
}

function heading(sheet: exceljs.Worksheet, cells: string[]): void {
  const row = sheet.addRow(cells);
  row.font = { bold: true };
  row.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFE2EFDA' } };
}

function add(sheet: exceljs.Worksheet, cells: Cells, formats: readonly string[]): void {
  const row = sheet.addRow(cells);
  for (const [at, format] of formats.entries()) if (format !== '') row.getCell(at + 1).numFmt = format;
}
