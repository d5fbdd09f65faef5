import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import exceljs from 'exceljs';
import type { Played } from '../play.ts';
import { FileError, type Remark } from '../read/remarks.ts';
import { needsPerson } from '../tell/reason.ts';
import type { Summary } from '../tell/summary.ts';
import type { Language } from '../tell/words.ts';
import { invoiceColumns } from './invoices-sheet.ts';
import { paymentColumns } from './payments-sheet.ts';
import { inOrder, remarkColumns } from './remarks-sheet.ts';
import { reviewColumns } from './review-sheet.ts';
import { addSheet } from './sheet.ts';
import { type About, addSummary } from './summary-sheet.ts';

export type Result = {
  played: Played;
  summaries: readonly Summary[];
  remarks: readonly Remark[];
  /** What the summary sheet says of files, time and versions. */
  about: About;
  language: Language;
};

/** The result as a workbook; what needs a person comes with the most money first. */
export function toWorkbook({ played, summaries, remarks, about, language }: Result): exceljs.Workbook {
  const book = new exceljs.Workbook();
  const target = { book, language };
  addSummary(target, about, summaries);
  const review = played.outcomes
    .filter((outcome) => needsPerson(outcome, played))
    .toSorted((one, other) => other.row.fact.amountCents - one.row.fact.amountCents);
  addSheet(target, 'Payments', paymentColumns(played, language), played.outcomes);
  addSheet(target, 'For review', reviewColumns(played, language), review);
  addSheet(target, 'Invoices', invoiceColumns(played, language), played.invoices);
  addSheet(target, 'Rows not read', remarkColumns(language), inOrder(remarks));
  return book;
}

/** Writes it beside its place and moves it there, so that a broken run leaves no half a file. @throws {FileError} */
export async function saveWorkbook(book: exceljs.Workbook, out: string): Promise<void> {
  const beside = path.join(path.dirname(out), `.${path.basename(out)}.${process.pid}`);
  try {
    await writeFile(beside, new Uint8Array(await book.xlsx.writeBuffer()));
    await rename(beside, out);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const remedy = HINTS[code] ?? 'name another place with --out';
    throw new FileError(`${out} cannot be written (${code}); ${remedy}`);
  }
}

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist; make it, or name another with --out',
  EBUSY: 'close it in the spreadsheet program first',
  EPERM: 'close it in the spreadsheet program first',
  EISDIR: 'it is a folder; name a file in it with --out',
};
