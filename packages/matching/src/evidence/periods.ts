import type { CustomerRecord, InvoiceRecord, State } from '../state.ts';
import { nameWords } from '../text/names.ts';
import { isSamePeriod, type Period, type PeriodWord, periodWordsIn, yearOf } from '../text/periods.ts';
import type { Reading } from './reading.ts';

/** Positions of the open invoices, ascending, whose month or term the reference names. */
export function pickPeriods(
  state: State,
  reading: Reading,
  customer: CustomerRecord,
  open: readonly InvoiceRecord[],
): number[] {
  if (reading.periods.length === 0) return [];
  const picks = new Set<number>();
  for (const typed of reading.periods) {
    if (isName(state, reading, customer, typed)) continue;
    for (const at of fitting(typed.period, open)) picks.add(at);
  }
  return [...picks].sort((a, b) => a - b);
}

/** A tenant June who types her name says nothing of the month. */
function isName(state: State, reading: Reading, customer: CustomerRecord, { word, period }: PeriodWord): boolean {
  if (word === '' || yearOf(period) !== 0) return false;
  const isOwn = customer.name.some((id) => state.names.words[id] === word);
  return isOwn || reading.payment.payerNames.some((name) => nameWords(name).includes(word));
}

/** The months and terms of a text that belong to no number in it: `T3` in `FEE-26-T3-1373` does, whosever that is. */
export function periodsBesideNumbers(state: State, { periods, hits }: Reading): readonly PeriodWord[] {
  if (periods.length === 0) return periods;
  const taken = hits.flatMap(({ invoice, level }) =>
    level >= 3 ? periodWordsIn(state.invoices[invoice]?.number ?? '') : [],
  );
  return periods.filter(({ period }) => !taken.some((own) => isSamePeriod(own.period, period)));
}

/** Those of the typed year; where there are none, a slip in the year is likelier than another month. */
function fitting(typed: Period, open: readonly InvoiceRecord[]): number[] {
  const same: number[] = [];
  for (const [at, invoice] of open.entries()) {
    if (invoice.periods.some((period) => isSamePeriod(period, typed))) same.push(at);
  }
  const year = yearOf(typed);
  if (year === 0 || same.length === 0) return same;
  const ofYear = same.filter((at) => open[at] && isOfYear(open[at], typed, String(year)));
  return ofYear.length > 0 ? ofYear : same;
}

/** What the description says counts before the dates: rent for January is billed in December. */
function isOfYear(invoice: InvoiceRecord, typed: Period, year: string): boolean {
  const stated = invoice.periods.filter((period) => isSamePeriod(period, typed) && yearOf(period) !== 0);
  if (stated.length > 0) return stated.some((period) => String(yearOf(period)) === year);
  return invoice.issueDay.startsWith(year) || invoice.dueDay.startsWith(year);
}
