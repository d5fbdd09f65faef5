import type exceljs from 'exceljs';
import type { Summary } from '../tell/summary.ts';
import { called, type Name } from '../tell/swahili.ts';
import { invoiceLines, invoiceTitles, moneyLines, moneyTitles, shareOf } from '../tell/tables.ts';
import type { Language } from '../tell/words.ts';
import { PAGE, safeText, shillings, type Target } from './sheet.ts';

export type About = readonly (readonly [Name, string])[];
type Cells = (string | number | null)[];

const MONEY = '#,##0.00';

/** The tables of the terminal, and what they were made from. */
export function addSummary({ book, language }: Target, about: About, summaries: readonly Summary[]): void {
  const sheet = book.addWorksheet(called('Summary', language), {
    views: [{ state: 'frozen', ySplit: 1 }],
    pageSetup: { ...PAGE, fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  });
  sheet.columns = [{ width: 52 }, { width: 16 }, { width: 18 }, { width: 18 }, { width: 18 }];
  sheet.addRow([called('Reconciliation', language)]).font = { bold: true, size: 14 };
  for (const [name, value] of about) sheet.addRow([called(name, language), safeText(value)]);
  for (const summary of summaries) {
    sheet.addRow([]);
    addMoney(sheet, summary, language);
    sheet.addRow([]);
    addInvoices(sheet, summary, language);
    sheet.addRow([]);
    const figures: [Name, number][] = [
      ['Applied to invoices', summary.toInvoicesCents],
      ['Credit of known customers', summary.creditCents],
      ['Unapplied cash, credit included', summary.unappliedCents],
    ];
    for (const [name, cents] of figures) add(sheet, [called(name, language), null, shillings(cents)], ['', '', MONEY]);
  }
}

function addMoney(sheet: exceljs.Worksheet, summary: Summary, language: Language): void {
  const { currency, received } = summary;
  heading(sheet, moneyTitles(currency, language));
  for (const { label, sum, inside } of moneyLines(summary, language)) {
    const shares = inside ? [shareOf(sum.count, received.count), shareOf(sum.cents, received.cents)] : [];
    add(sheet, [label, sum.count, shillings(sum.cents), ...shares], ['', '#,##0', MONEY, '0.0%', '0.0%']);
  }
}

function addInvoices(sheet: exceljs.Worksheet, summary: Summary, language: Language): void {
  heading(sheet, invoiceTitles(summary.currency, language));
  for (const { label, count, beforeCents, paidCents, afterCents } of invoiceLines(summary, language)) {
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
