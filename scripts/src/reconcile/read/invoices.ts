import { isDeepStrictEqual } from 'node:util';
import { readAmount } from './amount.ts';
import { INVOICE_COLUMNS, type InvoiceField } from './columns.ts';
import { looksLikeCompany, type Person, phonesOf } from './customers.ts';
import { columnOf, dateOrder, fitsOtherwise, orderInSequence, tableOrder } from './date-order.ts';
import { findTables } from './find-tables.ts';
import type { DateOrder } from './moment.ts';
import type { Sheets } from './open-file.ts';
import { type Place, placeText, type Remark } from './remarks.ts';
import { type Entry, readRows, type Table } from './table.ts';
import { amountOf, currencyOf, DATES_REMEDY, dayOf, referenceOf } from './values-of.ts';

/** An invoice as its row tells of it; days are null where the file has none. */
export type InvoiceRow = {
  place: Place;
  number: string;
  /** What the row says of the customer. */
  customer: Person;
  description: string;
  issueDay: string | null;
  dueDay: string | null;
  currency: string;
  totalCents: number;
  balanceCents: number;
};

const GONE = /^(?:void(?:ed)?|cancel?led|deleted|draft|written off|imefutwa)$/i;
/** What stands for a tenant in a list of units where there is none. */
const VACANT = /^(?:vacant|unoccupied|unlet|no tenant|(?:haina|hakuna) mpangaji)\b/i;
const PAID = /^(?:paid|closed|settled|imelipwa)$/i;

/** Where each invoice stands, what it comes to, and what its items do that were seen. */
export type Seen = Map<string, { place: Place; money: Money; itemsCents: number }>;

type Money = Pick<InvoiceRow, 'currency' | 'totalCents' | 'balanceCents'>;

/** @param seen invoices of the files before @throws {FileError} where no sheet has the columns */
export function readInvoices(opened: Sheets, remarks: Remark[], seen: Seen): InvoiceRow[] {
  return findTables(opened, INVOICE_COLUMNS, remarks).flatMap((table) => {
    const orders = ordersOf(table);
    return readRows(table, remarks, (entry) => readInvoice(entry, orders, seen));
  });
}

type Orders = Record<'issued' | 'due', DateOrder>;

function ordersOf(table: Table<InvoiceField>): Orders {
  const [issued, due] = [columnOf(table, 'issued'), columnOf(table, 'due')];
  const order = tableOrder(table) ?? orderInSequence(issued, due);
  return { issued: dateOrder(issued, order), due: dateOrder(due, order) };
}

function readInvoice(entry: Entry<InvoiceField>, orders: Orders, seen: Seen): InvoiceRow | null {
  const aside = whyAside(entry);
  if (aside !== null) {
    entry.setAside(aside);
    return null;
  }
  const number = referenceOf(entry, 'number');
  if (number === null && isCredit(entry)) {
    entry.setAside('credit note');
    return null;
  }
  if (number === null) throw entry.fail('number', 'no invoice number', 'fill it in, or delete the row');
  const customer = customerOf(entry);
  const money = moneyOf(entry);
  if (money === null) {
    entry.setAside('credit note');
    return null;
  }
  if (isFurtherItem(entry, `${number} ${customer.key ?? customer.accounts[0] ?? customer.name}`, number, money, seen)) {
    entry.setAside('further item of an invoice');
    return null;
  }
  const description = entry.text('description');
  return { place: entry.place, number, customer, description, ...daysOf(entry, orders), ...money };
}

/** A customer's payment or credit among the invoices often has no number. */
const isCredit = (entry: Entry<InvoiceField>): boolean =>
  (['balance', 'total'] as const).some(
    (field) => readAmount(entry.cell(field)) && (owedOf(entry, field)?.cents ?? 0) < 0,
  );

function daysOf(entry: Entry<InvoiceField>, { issued, due }: Orders): Pick<InvoiceRow, 'issueDay' | 'dueDay'> {
  const issueDay = dayOf(entry, 'issued', issued);
  const dueDay = dayOf(entry, 'due', due, 'may lie ahead');
  const isClear = (issued === 'dmy' || issued === 'mdy') && issued === due;
  if (isClear && fitsOtherwise(entry.cell('issued'), entry.cell('due'), issued)) {
    const what = `due before it was issued, unless the ${issued === 'dmy' ? 'month' : 'day'} comes first`;
    entry.doubt('due', what, DATES_REMEDY);
  }
  return { issueDay, dueDay };
}

function whyAside(entry: Entry<InvoiceField>): string | null {
  const status = entry.text('status');
  if (GONE.test(status)) return `invoice ${status.toLowerCase()}`;
  if (isVacant(entry)) return 'vacant unit';
  return /^(?:grand |sub)?\s*(?:totals?|jumla)\b/i.test(entry.all) && isNameless(entry) ? 'totals' : null;
}

/** A landlord's list has a line for each unit, let or not; nothing is billed for one that is not. */
const isVacant = (entry: Entry<InvoiceField>): boolean =>
  VACANT.test(entry.text('customer')) &&
  isNameless(entry) &&
  (['balance', 'total', 'paid'] as const).every((field) => !/[1-9]/.test(entry.text(field)));

const isNameless = (entry: Entry<InvoiceField>): boolean => !/\d/.test(entry.text('number'));

function customerOf(entry: Entry<InvoiceField>): Person {
  const key = referenceOf(entry, 'customerId');
  const account = referenceOf(entry, 'account');
  const phones = phonesOf(entry, 'phone');
  const name = entry.text('customer') || (account ?? key ?? phones[0] ?? '');
  if (name === '') throw entry.fail('customer', 'no customer', "fill in the customer's name or number");
  return {
    key,
    name,
    accounts: [account, key].filter((number): number is string => number !== null),
    phones,
    contacts: [],
    isCompany: looksLikeCompany(name),
  };
}

/** What is owed: the balance, else the total less what was paid; null where the business owes the customer. */
function moneyOf(entry: Entry<InvoiceField>): Money | null {
  const total = owedOf(entry, 'total');
  const paid = amountOf(entry, 'paid');
  const balance = owedOf(entry, 'balance');
  const currency = currencyOf(entry, 'currency', total?.currency ?? balance?.currency ?? null);
  const owed = balance?.cents ?? (total && (PAID.test(entry.text('status')) ? 0 : total.cents - (paid?.cents ?? 0)));
  if (owed === null || owed === undefined) {
    throw entry.fail(entry.has('balance') ? 'balance' : 'total', 'no amount', 'fill in what is still owed');
  }
  if (!balance && entry.has('balance') && owed !== 0) {
    entry.doubt('balance', 'no balance; the row counts with its amount', 'fill in what is still owed, or 0');
  }
  if (owed < 0 || (total?.cents ?? 0) < 0) return null;
  return { currency, totalCents: Math.max(total?.cents ?? owed, owed), balanceCents: owed };
}

/** On a customer's account a debit (`14,000.00 Dr`) is what the customer owes, and a credit what the business owes. */
function owedOf(entry: Entry<InvoiceField>, field: 'total' | 'balance'): ReturnType<typeof amountOf> {
  const amount = amountOf(entry, field);
  const side = amount && /(?<![a-z])(dr|cr)$/i.exec(entry.text(field))?.[1]?.toLowerCase();
  if (!amount || side === undefined) return amount;
  const cents = Math.abs(amount.cents);
  return { ...amount, cents: side === 'dr' || cents === 0 ? cents : -cents };
}

/**
 * Whether the same number of the same customer, however it is spelt, comes again for its next item: accounting programs
 * repeat the whole on the row of each. Anything else is a row pasted twice, or a part of the whole.
 * @throws {RowError} for those
 */
function isFurtherItem(entry: Entry<InvoiceField>, key: string, number: string, money: Money, seen: Seen): boolean {
  const spelt = key.toUpperCase().replace(/\s+/g, '');
  const item = amountOf(entry, 'itemTotal')?.cents;
  const before = seen.get(spelt);
  if (before === undefined) {
    seen.set(spelt, { place: entry.place, money, itemsCents: item ?? 0 });
    return false;
  }
  const { place, itemsCents } = before;
  const isSame = placeText(place, entry.place) === `line ${place.line}` && isDeepStrictEqual(before.money, money);
  if (isSame && item !== undefined && itemsCents + item <= money.totalCents) {
    seen.set(spelt, { ...before, itemsCents: itemsCents + item });
    return true;
  }
  const what = `invoice ${number} stands on ${placeText(place, entry.place)} already`;
  throw entry.fail('number', what, 'keep one row for each invoice, with its whole balance');
}
