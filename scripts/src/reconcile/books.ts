import type { Books } from './facts.ts';
import type { Options } from './options.ts';
import { readCustomers } from './read/customers.ts';
import { readInvoices } from './read/invoices.ts';
import { type OpenFile, openFile } from './read/open-file.ts';
import { readPayments } from './read/payments.ts';
import { FileError, type Remark } from './read/remarks.ts';

/** Reads all files of the command; what cannot be read of them becomes a remark. @throws {FileError} */
export async function readBooks(options: Options, remarks: Remark[]): Promise<Books> {
  const open = async (file: string): Promise<OpenFile> => {
    const opened = await openFile(file);
    remarks.push(...opened.broken);
    return opened;
  };
  const customers = options.customers === null ? null : readCustomers(await open(options.customers), remarks);
  const invoices = readInvoices(await open(options.invoices), remarks);
  const payments = [];
  const refuseTwice = createTwiceGuard('--payments');
  for (const [at, file] of options.payments.entries()) {
    const opened = await open(file);
    refuseTwice(file, opened);
    payments.push(...readPayments(opened, remarks, `${at}:`));
  }
  return { customers, invoices, payments };
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
