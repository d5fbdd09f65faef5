import { intern, NONE, orNone } from '@malipo/values';
import { NET_WHOLE } from '../rules/allocate.ts';
import type { CustomerRecord, InvoiceRecord, State } from '../state.ts';
import { canonicalReference } from '../text/fold.ts';
import { periodsIn } from '../text/periods.ts';
import type { InvoiceFact } from '../types.ts';
import { customerRecord } from './customers.ts';
import { digitKeysOf } from './digit-key.ts';

/** Files an invoice, or brings a known one up to date. */
export function saveInvoice(state: State, fact: InvoiceFact): void {
  const known = state.invoiceById.get(fact.invoiceId);
  const record = known ?? newRecord(state, fact);
  if (known) {
    detach(state, known);
    if (known.number !== fact.number) unfileNumber(state, known);
  }
  const renumbered = !known || known.number !== fact.number;
  Object.assign(record, {
    customer: customerRecord(state, fact.customerId),
    issueDay: intern(fact.issueDay),
    dueDay: intern(fact.dueDay),
    currency: intern(fact.currency),
    balanceCents: fact.balanceCents,
    periods: periodsIn(fact.description),
    net: netOf(fact),
  });
  if (renumbered) fileNumber(state, record, fact.number);
  attach(state, record);
}

const netOf = ({ totalCents, taxCents }: InvoiceFact): number | undefined =>
  taxCents === undefined || totalCents <= 0 ? undefined : Math.round((1 - taxCents / totalCents) * NET_WHOLE);

function newRecord(state: State, fact: InvoiceFact): InvoiceRecord {
  const record: InvoiceRecord = {
    invoiceId: fact.invoiceId,
    slot: state.invoices.length,
    customer: customerRecord(state, fact.customerId),
    number: '',
    folded: '',
    issueDay: '',
    dueDay: '',
    currency: '',
    balanceCents: 0,
    periods: NONE,
    net: undefined,
  };
  state.invoices.push(record);
  state.invoiceById.set(fact.invoiceId, record);
  return record;
}

function fileNumber(state: State, record: InvoiceRecord, number: string): void {
  record.number = number;
  record.folded = canonicalReference(number);
  state.numbers.add(record.folded, record.slot);
  for (const key of digitKeysOf(number)) state.digits.add(key, record.slot);
}

function unfileNumber(state: State, record: InvoiceRecord): void {
  state.numbers.remove(record.folded, record.slot);
  for (const key of digitKeysOf(record.number)) state.digits.remove(key, record.slot);
}

/** Moves a balance (cents, negative for a payment) and keeps the customer's open list right. */
export function moveBalance(state: State, record: InvoiceRecord, byCents: number): void {
  detach(state, record);
  record.balanceCents = Math.max(0, record.balanceCents + byCents);
  attach(state, record);
}

/** Is there more left than rounding? Only shillings are closed with a few missing. */
export const isOwed = ({ rules }: State, { balanceCents, currency }: InvoiceRecord): boolean =>
  balanceCents > (currency === 'KES' ? rules.toleranceCents : 0);

function attach(state: State, record: InvoiceRecord): void {
  if (!isOwed(state, record)) return;
  insertInOrder(record.customer, record);
  state.balances.add(record.balanceCents, record.customer.slot);
}

function detach(state: State, record: InvoiceRecord): void {
  const { open } = record.customer;
  const at = open.indexOf(record);
  if (at < 0) return;
  const left = spliced(open, at, 1);
  record.customer.open = orNone(left);
  state.balances.remove(
    record.balanceCents,
    record.customer.slot,
    left.map((one) => one.balanceCents),
  );
}

function insertInOrder(customer: CustomerRecord, record: InvoiceRecord): void {
  let at = customer.open.length;
  while (at > 0 && isOlder(record, customer.open[at - 1] ?? record)) at--;
  customer.open = spliced(customer.open, at, 0, record);
}

/** A customer to whom all cash sales are invoiced has thousands open: copies of such a list would cost the square of its length. */
const LONG = 64;

/** The list with a change: a short one is copied, exactly as long as it is, and a long one is changed in place. */
function spliced<T>(list: readonly T[], at: number, removed: number, ...added: T[]): readonly T[] {
  if (list.length < LONG) return list.toSpliced(at, removed, ...added);
  (list as T[]).splice(at, removed, ...added);
  return list;
}

/** Oldest first: by due day, then issue day, then number (shorter serials first), then id, so that any load order gives one order. */
function isOlder(a: InvoiceRecord, b: InvoiceRecord): boolean {
  if (a.dueDay !== b.dueDay) return a.dueDay < b.dueDay;
  if (a.issueDay !== b.issueDay) return a.issueDay < b.issueDay;
  if (a.number.length !== b.number.length) return a.number.length < b.number.length;
  return a.number === b.number ? a.invoiceId < b.invoiceId : a.number < b.number;
}
