import type { Books } from './facts.ts';
import { dropLedgerAccounts } from './ledger-accounts.ts';
import type { Options } from './options.ts';
import { readCustomers } from './read/customers.ts';
import { readInvoices, type Seen } from './read/invoices.ts';
import { labelsOf } from './read/labels.ts';
import { type OpenFile, openFile, type Sheets } from './read/open-file.ts';
import { readPayments } from './read/payments.ts';
import { FileError, type Remark } from './read/remarks.ts';

/**
 * Reads all files of the command; what cannot be read of them becomes a remark.
 * @param warn told of files without rows
 * @throws {FileError}
 */
export async function readBooks(options: Options, remarks: Remark[], warn: (line: string) => void): Promise<Books> {
  const telling = <Row>(opened: OpenFile, rows: Row[]): Row[] => {
    const isEmpty = rows.length === 0 && !remarks.some(({ file }) => file === opened.file);
    if (isEmpty) warn(`${opened.file} holds no rows below its header`);
    return rows;
  };
  const files = await openAll(options, remarks);
  const digests = new Set(files.invoices.map(({ digest }) => digest));
  const both = new Set(files.payments.map(({ digest }) => digest).filter((digest) => digests.has(digest)));
  const read = <Row>(all: readonly OpenFile[], rowsOf: (opened: Sheets, at: number) => Row[]): Row[] =>
    all.flatMap((opened, at) => telling(opened, rowsOf({ ...opened, isBoth: both.has(opened.digest) }, at)));
  const people = read(files.customers, (opened) => readCustomers(opened, remarks));
  const seen: Seen = new Map();
  const invoices = read(files.invoices, (opened) => readInvoices(opened, remarks, seen));
  const payments = read(files.payments, (opened, at) => readPayments(opened, remarks, `${at}:`));
  const customers = options.customers.length === 0 ? null : people;
  return dropLedgerAccounts({ customers, invoices, payments }, remarks);
}

type Files = Record<'customers' | 'invoices' | 'payments', OpenFile[]>;

/** Opens all files; lines in them that are no rows become remarks. @throws {FileError} also where one comes twice */
async function openAll(options: Options, remarks: Remark[]): Promise<Files> {
  const labels = labelsOf([...options.invoices, ...options.payments, ...options.customers]);
  const openThose = async (option: keyof Files): Promise<OpenFile[]> => {
    const opened: OpenFile[] = [];
    const refuseTwice = createTwiceGuard(`--${option}`);
    for (const file of options[option]) {
      const one = await openFile(file, labels.get(file));
      refuseTwice(file, one);
      remarks.push(...one.broken);
      opened.push(one);
    }
    return opened;
  };
  return {
    customers: await openThose('customers'),
    invoices: await openThose('invoices'),
    payments: await openThose('payments'),
  };
}

/** The same file again, or a copy of it under another name, would count everything twice. @throws {FileError} */
function createTwiceGuard(option: string): (file: string, opened: OpenFile) => void {
  const files = new Map<string, { file: string; realPath: string }>();
  return (file, { digest, realPath }) => {
    const before = files.get(digest);
    files.set(digest, { file, realPath });
    if (before?.realPath === realPath) throw new FileError(`${option} names ${file} twice; name it once`);
    if (before) throw new FileError(`${file} holds exactly what ${before.file} holds; name only one of them`);
  };
}
