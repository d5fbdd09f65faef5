import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Language } from './tell/words.ts';

export const USAGE = `usage: ./scripts/reconcile --invoices FILE --payments FILE [--customers FILE] [--out FILE]

Finds out which invoices the payments pay, and writes a workbook with every decision, its reason, and what needs a
person. Nothing has to run, nothing leaves this computer, and the files given are not changed.

  --invoices FILE    number, customer (name, number, account or phone), and balance or amount; dates help
  --payments FILE    an M-Pesa statement as the portal exports it, a bank statement, or a list with date and amount
  --customers FILE   names, phones, account numbers, contacts; without it they are taken from the invoices
                     give any of these three several times for several files
  --out FILE         the workbook (beside the payments, named …-reconciled.xlsx)
  --language en|sw   language of the workbook (en)
  --json             a JSON summary as the last line
  --help             this text

Files are CSV (any usual delimiter and encoding) or XLSX. Columns are recognised by their titles, in English or Swahili,
wherever the header stands. Try it: ./scripts/reconcile --invoices scripts/src/reconcile/examples/invoices.csv \\
  --payments scripts/src/reconcile/examples/mpesa-statement.csv --out reconciled.xlsx

Ends with 0 when every line was read, 1 when some could not be read (they are listed; the rest is done), 2 when a file
or an option is wrong and nothing was written.`;

export type Options = {
  invoices: string[];
  payments: string[];
  /** None where customers are taken from the invoices. */
  customers: string[];
  out: string;
  language: Language;
  json: boolean;
};

/** A command line that makes no sense; the message says what to do. */
export class UsageError extends Error {}

const KNOWN = {
  invoices: { type: 'string', multiple: true },
  payments: { type: 'string', multiple: true },
  customers: { type: 'string', multiple: true },
  out: { type: 'string' },
  language: { type: 'string', default: 'en' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** @returns null where help is asked for @throws {UsageError} */
export function readOptions(args: readonly string[]): Options | null {
  const values = parse(args);
  if (values.help) return null;
  const { invoices = [], payments = [], customers = [], language, json } = values;
  if (invoices.length === 0) throw new UsageError('--invoices FILE is missing');
  if (payments.length === 0) throw new UsageError('--payments FILE is missing');
  if (language !== 'en' && language !== 'sw') throw new UsageError(`--language is en or sw, not '${language}'`);
  const out = values.out ?? besides(payments[0] ?? '');
  if (!/\.xlsx$/i.test(out)) throw new UsageError(`--out names an .xlsx file, not '${out}'`);
  if ([...invoices, ...payments, ...customers].some((file) => path.resolve(file) === path.resolve(out))) {
    throw new UsageError(`--out would overwrite ${out}, which is read; name another file`);
  }
  return { invoices, payments, customers, out, language, json };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: KNOWN }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const besides = (payments: string): string =>
  path.join(path.dirname(payments), `${path.basename(payments, path.extname(payments))}-reconciled.xlsx`);
