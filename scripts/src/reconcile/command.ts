import { eatDateTime } from '@malipo/values';
import { colour, printable } from '../terminal.ts';
import { readBooks } from './books.ts';
import type { Books } from './facts.ts';
import { type Options, readOptions, USAGE, UsageError } from './options.ts';
import { type Played, play } from './play.ts';
import { createProgress, showPhase } from './progress.ts';
import { byKind, FileError, placeText, type Remark } from './read/remarks.ts';
import { jsonSummary } from './tell/json.ts';
import { problemsText, setAsideText, summaryText, unusedText } from './tell/print.ts';
import { needsPerson } from './tell/reason.ts';
import { summarise } from './tell/summary.ts';
import { called, type Name } from './tell/swahili.ts';
import { type Result, saveWorkbook, toWorkbook } from './write/workbook.ts';

/** Where the command writes: what was asked for, and what went wrong. */
export type Terminal = { say: (line: string) => void; warn: (line: string) => void; complain: (line: string) => void };

/** The whole command. @returns the exit code: 0 all read, 1 some lines not, 2 nothing done */
export async function reconcile(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const options = readOptions(args);
    if (options !== null) return await work(options, terminal);
    terminal.say(USAGE);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof FileError)) throw error;
    terminal.complain(printable(error.message));
    if (error instanceof UsageError) terminal.warn('./scripts/reconcile --help tells more');
    return 2;
  }
}

async function work(options: Options, terminal: Terminal): Promise<number> {
  const started = performance.now();
  const remarks: Remark[] = [];
  const opened = showPhase('reading the files');
  const books = await readBooks(options, remarks, terminal.warn).finally(opened);
  const progress = createProgress('deciding');
  const played = play(books, progress.show);
  progress.clear();
  const { language } = options;
  const about = aboutOf(options, books, remarks);
  const result: Result = { played, summaries: summarise(played), remarks, about, language };
  const written = showPhase('writing the workbook');
  await saveWorkbook(toWorkbook(result), options.out).finally(written);
  report(terminal, result, options, books);
  if (options.json) terminal.say(jsonOf(result, options, books, (performance.now() - started) / 1000));
  return byKind(remarks, 'not read').length > 0 ? 1 : 0;
}

function aboutOf(options: Options, books: Books, remarks: readonly Remark[]): Result['about'] {
  const name = (one: Name) => called(one, options.language);
  const from = (files: readonly string[], count: number) => `${files.join(', ')}: ${count} ${name('read')}`;
  const { customers: people } = books;
  const customers = people === null ? name('from the invoices') : from(options.customers, people.length);
  return [
    ['Made at (Nairobi)', eatDateTime(new Date())],
    ['Invoices', from(options.invoices, books.invoices.length)],
    ['Payments', from(options.payments, books.payments.length)],
    ['Customers', customers],
    ['Lines that could not be read', String(byKind(remarks, 'not read').length)],
    ['Lines read in part', String(byKind(remarks, 'read in part').length)],
    ['Neither payment nor invoice', setAsideText(remarks, options.language) || name('none')],
  ];
}

function report({ say, warn }: Terminal, { played, summaries, remarks }: Result, options: Options, books: Books): void {
  const { invoices, customers, strangers } = played;
  const from = books.customers === null ? 'taken from the invoices' : 'in their file and the invoices';
  say(`${invoices.length} invoices, ${customers.size} customers ${from}, ${books.payments.length} payments`);
  const aside = setAsideText(remarks, 'en');
  if (aside !== '') say(`set aside: ${aside}`);
  const unused = unusedText(remarks);
  if (unused !== '') say(`columns not used: ${unused}`);
  const [stranger] = strangers;
  if (stranger) {
    const example = `${printable(stranger.customer.name)} (${placeText(stranger.place, invoices[0]?.row.place ?? stranger.place)})`;
    say(`${strangers.length} invoices are of customers who are not in their file, such as ${example}`);
  }
  for (const summary of summaries) say(`\n${summaryText(summary)}`);
  say('');
  for (const line of problemsText(remarks, options.language)) warn(line);
  const unread = `${byKind(remarks, 'not read').length} lines not read, ${byKind(remarks, 'read in part').length} in part`;
  const sheet = called('For review', options.language);
  say(`${colour.bold(options.out)}: ${forReview(played)} for a person in '${sheet}', ${unread}`);
}

const forReview = (played: Played): number => played.outcomes.filter((outcome) => needsPerson(outcome, played)).length;

function jsonOf({ played, summaries, remarks }: Result, { out }: Options, books: Books, seconds: number): string {
  const counts = {
    out,
    invoices: books.invoices.length,
    payments: books.payments.length,
    forReview: forReview(played),
  };
  return JSON.stringify(jsonSummary(summaries, remarks, { ...counts, seconds: Number(seconds.toFixed(2)) }));
}
