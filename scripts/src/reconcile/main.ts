import process from 'node:process';
import { eatDateTime } from '@malipo/values';
import { colour, complain, say } from '../terminal.ts';
import type { Books } from './facts.ts';
import { type Options, readOptions, USAGE, UsageError } from './options.ts';
import { play } from './play.ts';
import { createProgress } from './progress.ts';
import { readCustomers } from './read/customers.ts';
import { readInvoices } from './read/invoices.ts';
import { type OpenFile, openFile } from './read/open-file.ts';
import { readPayments } from './read/payments.ts';
import { byKind, FileError, type Remark } from './read/remarks.ts';
import { jsonSummary } from './tell/json.ts';
import { problemsText, setAsideText, summaryText } from './tell/print.ts';
import { needsPerson } from './tell/reason.ts';
import { summarise } from './tell/summary.ts';
import { type Result, saveWorkbook, toWorkbook } from './write/workbook.ts';

/** @returns the exit code */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    say(USAGE);
    return 0;
  }
  const started = performance.now();
  const remarks: Remark[] = [];
  const books = await readBooks(options, remarks);
  const progress = createProgress('deciding');
  const played = play(books, progress.show);
  progress.clear();
  const summaries = summarise(played);
  const { language } = options;
  const result: Result = { played, summaries, remarks, about: aboutOf(options, books, remarks), language };
  await saveWorkbook(toWorkbook(result), options.out);
  report(result, options, books, (performance.now() - started) / 1000);
  return byKind(remarks, 'not read').length > 0 ? 1 : 0;
}

async function readBooks(options: Options, remarks: Remark[]): Promise<Books> {
  const open = async (file: string): Promise<OpenFile> => {
    const opened = await openFile(file);
    remarks.push(...opened.broken);
    return opened;
  };
  const customers = options.customers === null ? null : readCustomers(await open(options.customers), remarks);
  const invoices = readInvoices(await open(options.invoices), remarks);
  const payments = [];
  for (const [at, file] of options.payments.entries()) {
    payments.push(...readPayments(await open(file), remarks, `${at}:`));
  }
  return { customers, invoices, payments };
}

const aboutOf = (options: Options, books: Books, remarks: readonly Remark[]): Result['about'] => [
  ['Made at (Nairobi)', eatDateTime(new Date())],
  ['Invoices', `${options.invoices}: ${books.invoices.length} read`],
  ['Payments', `${options.payments.join(', ')}: ${books.payments.length} read`],
  [
    'Customers',
    options.customers === null ? 'from the invoices' : `${options.customers}: ${books.customers?.length} read`,
  ],
  ['Lines that could not be read', String(byKind(remarks, 'not read').length)],
  ['Lines read in part', String(byKind(remarks, 'read in part').length)],
  ['Neither payment nor invoice', setAsideText(remarks) || 'none'],
];

function report({ played, summaries, remarks }: Result, options: Options, books: Books, seconds: number): void {
  const { invoices, customers, strangers } = played;
  const review = played.outcomes.filter((outcome) => needsPerson(outcome, played)).length;
  const from = books.customers === null ? 'taken from the invoices' : 'in their file and the invoices';
  say(`${invoices.length} invoices, ${customers.size} customers ${from}, ${books.payments.length} payments`);
  const aside = setAsideText(remarks);
  if (aside !== '') say(`set aside: ${aside}`);
  if (strangers.length > 0) {
    const first = strangers[0];
    say(
      `${strangers.length} invoices are of customers who are not in their file, such as ${first?.customer.name} (line ${first?.place.line})`,
    );
  }
  for (const summary of summaries) say(`\n${summaryText(summary)}`);
  say();
  for (const line of problemsText(remarks)) process.stderr.write(`${line}\n`);
  say(`${colour.bold(options.out)}: ${review} for a person in 'For review', ${notRead(remarks)}`);
  if (options.json) say(JSON.stringify(jsonSummary(summaries, remarks, counts(options, books, review, seconds))));
}

const notRead = (remarks: readonly Remark[]): string =>
  `${byKind(remarks, 'not read').length} lines not read, ${byKind(remarks, 'read in part').length} in part`;

const counts = (options: Options, books: Books, forReview: number, seconds: number): object => ({
  out: options.out,
  invoices: books.invoices.length,
  payments: books.payments.length,
  forReview,
  seconds: Number(seconds.toFixed(2)),
});

try {
  process.exitCode = await main();
} catch (error) {
  const expected = error instanceof UsageError || error instanceof FileError;
  complain(expected ? error.message : `${error instanceof Error ? error.stack : String(error)}`);
  if (error instanceof UsageError) process.stderr.write('./scripts/reconcile --help tells more\n');
  process.exitCode = 2;
}
