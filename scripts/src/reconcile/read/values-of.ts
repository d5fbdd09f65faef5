import { eatDay } from '@malipo/values';
import { readAmount } from './amount.ts';
import { readCurrency } from './currency.ts';
import { isAmbiguous } from './date-order.ts';
import { type DateOrder, type Moment, readMoment } from './moment.ts';
import { isScientific } from './phone.ts';
import type { Entry } from './table.ts';

const AMOUNT_REMEDY = 'write it like 1500 or 1,500.00';
export const DATES_REMEDY = 'write all dates like 2026-01-31';
const DATE_REMEDY = 'write it like 31/01/2026 or 2026-01-31';

/** Money of a row, null for an empty cell. @throws {RowError} for what is no amount */
export function amountOf<Field extends string>(entry: Entry<Field>, field: Field) {
  const amount = readAmount(entry.cell(field));
  if (amount === undefined) throw entry.fail(field, 'not an amount', AMOUNT_REMEDY);
  return amount;
}

/** The time of a row. @throws {RowError} where there is none that can be read */
export function momentOf<Field extends string>(entry: Entry<Field>, field: Field, order: DateOrder): Moment {
  const moment = readMoment(entry.cell(field), order);
  if (moment) {
    doubtDate(entry, field, order, moment);
    return moment;
  }
  throw entry.fail(field, entry.text(field) === '' ? 'the date is missing' : 'not a date', DATE_REMEDY);
}

const DAY_MS = 86_400_000;

/** Says what is odd about a date that can be read: it lies ahead, or its column writes dates in two ways. */
function doubtDate<Field extends string>(entry: Entry<Field>, field: Field, order: DateOrder, { at }: Moment): void {
  if (at > Date.now() + DAY_MS) entry.doubt(field, 'a date in the future; read as it is', 'check its year');
  doubtOrder(entry, field, order);
}

function doubtOrder<Field extends string>(entry: Entry<Field>, field: Field, order: DateOrder): void {
  const cell = entry.cell(field);
  if (!order.startsWith('mixed') || !isAmbiguous(cell)) return;
  const as = order === 'mixed' ? 'with the day first' : 'with the month first';
  const what = `the day or the month may come first; read ${cell instanceof Date ? 'as the sheet shows it' : as}`;
  entry.doubt(field, what, DATES_REMEDY);
}

/** The day of a row, where it has one; an unreadable one is said and left out. */
export function dayOf<Field extends string>(
  entry: Entry<Field>,
  field: Field,
  order: DateOrder,
  isAhead: 'may lie ahead' | 'lies behind' = 'lies behind',
): string | null {
  if (entry.text(field) === '') return null;
  const moment = readMoment(entry.cell(field), order);
  if (!moment) entry.doubt(field, 'not a date; the row is read without it', DATE_REMEDY);
  else if (isAhead === 'may lie ahead') doubtOrder(entry, field, order);
  else doubtDate(entry, field, order, moment);
  return moment ? eatDay(new Date(moment.at)) : null;
}

/** ISO 4217 of a row: its column, else what the amount says, else what stands above the table, else shillings. */
export function currencyOf<Field extends string>(entry: Entry<Field>, field: Field, named: string | null): string {
  const text = entry.text(field);
  if (text === '') return named ?? entry.currency ?? 'KES';
  const currency = readCurrency(text);
  if (currency !== null) return currency;
  throw entry.fail(field, 'not a currency', 'write its code, such as KES or USD');
}

/** What somebody typed or what a number is known by; null where it is missing or a spreadsheet has damaged it. */
export function referenceOf<Field extends string>(entry: Entry<Field>, field: Field): string | null {
  const text = entry.text(field).replace(/^'/, '');
  if (isScientific(text)) {
    entry.doubt(field, 'a spreadsheet has cut this number off', 'format the column as text and export the file again');
    return null;
  }
  return text === '' ? null : text;
}
