import { eatDay } from '@malipo/values';
import type { CustomerRecord, InvoiceRecord, State } from '../state.ts';
import { nameWords } from '../text/names.ts';
import {
  beginNear,
  beginOf,
  isSamePeriod,
  isTerm,
  monthsUntil,
  type Period,
  type PeriodWord,
  periodWordsIn,
  yearAt,
  yearOf,
} from '../text/periods.ts';
import type { Reading } from './reading.ts';

/** Positions of open invoices, ascending; `vague` where others may be meant. */
type Picked = { picks: number[]; vague: boolean };

const NONE: Picked = { picks: [], vague: false };

/** The open invoices whose month or term the reference names. */
export function pickPeriods(
  state: State,
  reading: Reading,
  customer: CustomerRecord,
  open: readonly InvoiceRecord[],
): Picked {
  if (reading.periods.length === 0) return NONE;
  const meant = reading.periods.filter((typed) => !isName(state, reading, customer, typed));
  const { amountCents, paidAt } = reading.payment;
  const cents = meant.length === 1 ? amountCents : null;
  const picked = meant.map((typed) => ofOneYear(typed, fitting(typed.period, open), open, { cents, paidAt }));
  const picks = new Set(picked.flatMap((one) => one.picks));
  const isMissing = picks.size === 0 && meant.some(({ period }) => tellsOther(period, open));
  const isGuess = meant.some(({ period, isGuess }) => isGuess && tellsOther(period, open));
  const vague = isMissing || isGuess || picked.some((one) => one.vague);
  return { picks: [...picks].sort((a, b) => a - b), vague };
}

/** Is there an open invoice of another month, or of another term, than was named? */
const tellsOther = (named: Period, open: readonly InvoiceRecord[]): boolean =>
  open.some(({ periods }) =>
    periods.some((period) => isTerm(period) === isTerm(named) && !isSamePeriod(period, named)),
  );

/**
 * Of a month that is open in several years those of one: of the year whose last two digits stand beside it; else the one
 * that costs what was paid; else, as a guess, those nearest to the day of payment, or to the year that was typed. Two digits
 * may be a day: unless the amount or the nearest year agrees, they make a guess as well.
 */
function ofOneYear(
  typed: PeriodWord,
  fits: number[],
  open: readonly InvoiceRecord[],
  { cents, paidAt }: { cents: number | null; paidAt: number },
): Picked {
  const byBegin = Map.groupBy(fits, (at) => beginOfInvoice(open[at], typed.period));
  const isOtherYear = yearOf(typed.period) > 0 && !fits.some((at) => isOfTyped(open[at], typed.period));
  if (byBegin.size < 2) return { picks: fits, vague: isOtherYear && fits.length > 0 };
  const aim = yearOf(typed.period) > 0 ? beginOf(typed.period) : monthsUntil(eatDay(new Date(paidAt)));
  if (yearOf(typed.period) > 0 && byBegin.has(aim)) return { picks: byBegin.get(aim) ?? [], vague: false };
  const begins = [...byBegin.keys()].sort((a, b) => Math.abs(a - aim) - Math.abs(b - aim) || a - b);
  const equal = fits.filter((at) => open[at]?.balanceCents === cents);
  const costs = equal.length === 1 ? beginOfInvoice(open[equal[0] ?? 0], typed.period) : null;
  const said = begins.find((begin) => yearAt(begin) % 100 === typed.shortYear);
  const begin = said ?? costs ?? begins[0] ?? 0;
  const picks = begin === costs ? equal : (byBegin.get(begin) ?? []);
  return { picks, vague: begin !== costs && (said === undefined || said !== begins[0]) };
}

/** In the year that its description says, else in that of its due day. */
function beginOfInvoice(invoice: InvoiceRecord | undefined, typed: Period): number {
  const stated = invoice?.periods.find((period) => isSamePeriod(period, typed) && yearOf(period) !== 0);
  return stated === undefined ? beginNear(typed, invoice?.dueDay ?? '') : beginOf(stated);
}

/** A tenant June who types her name says nothing of the month. */
function isName(state: State, reading: Reading, customer: CustomerRecord, { word, period }: PeriodWord): boolean {
  if (word === '' || yearOf(period) !== 0) return false;
  const isOwn = customer.name.some((id) => state.names.words[id] === word);
  return isOwn || reading.payment.payerNames.some((name) => nameWords(name).includes(word));
}

/**
 * The months and terms of a text that belong to no number in it: `T3` in `FEE-26-T3-1373` does, whosever that is, and so does
 * `05/26` of a house.
 */
export function periodsBesideNumbers(state: State, { periods, hits, accounts }: Reading): readonly PeriodWord[] {
  if (periods.length === 0) return periods;
  const taken = hits.flatMap(({ invoice, level }) =>
    level >= 3 ? periodWordsIn(state.invoices[invoice]?.number ?? '') : [],
  );
  const houses = [...accounts.keys()].flatMap((slot) => state.customers[slot]?.accounts ?? []);
  return periods.filter(
    ({ period, digits }) =>
      !taken.some((own) => isSamePeriod(own.period, period)) &&
      !(digits && houses.some((house) => house.includes(digits))),
  );
}

/** Those of the typed year; where there are none, a slip in the year is likelier than another month. */
function fitting(typed: Period, open: readonly InvoiceRecord[]): number[] {
  const same: number[] = [];
  for (const [at, invoice] of open.entries()) {
    if (invoice.periods.some((period) => isSamePeriod(period, typed))) same.push(at);
  }
  if (yearOf(typed) === 0 || same.length === 0) return same;
  const ofYear = same.filter((at) => isOfTyped(open[at], typed));
  return ofYear.length > 0 ? ofYear : same;
}

const isOfTyped = (invoice: InvoiceRecord | undefined, typed: Period): boolean =>
  invoice !== undefined && isOfYear(invoice, typed, String(yearOf(typed)));

/** What the description says counts before the dates: rent for January is billed in December. */
function isOfYear(invoice: InvoiceRecord, typed: Period, year: string): boolean {
  const stated = invoice.periods.filter((period) => isSamePeriod(period, typed) && yearOf(period) !== 0);
  if (stated.length > 0) return stated.some((period) => String(yearOf(period)) === year);
  return invoice.issueDay.startsWith(year) || invoice.dueDay.startsWith(year);
}
