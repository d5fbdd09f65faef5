import { serialOf } from '../keys/reference-keys.ts';
import type { CustomerRecord, InvoiceRecord, State } from '../state.ts';
import { compactReference, foldLookAlikes } from '../text/fold.ts';
import { periodsIn } from '../text/vocabulary.ts';
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
    issueDay: fact.issueDay,
    dueDay: fact.dueDay,
    currency: fact.currency,
    totalCents: fact.totalCents,
    balanceCents: fact.balanceCents,
    periods: periodsIn(fact.description),
  });
  if (renumbered) fileNumber(state, record, fact.number);
  attach(state, record);
}

function newRecord(state: State, fact: InvoiceFact): InvoiceRecord {
  const record: InvoiceRecord = {
    invoiceId: fact.invoiceId,
    slot: state.invoices.length,
    customer: customerRecord(state, fact.customerId),
    number: '',
    compact: '',
    folded: '',
    digits: '',
    serial: '',
    issueDay: fact.issueDay,
    dueDay: fact.dueDay,
    currency: fact.currency,
    totalCents: fact.totalCents,
    balanceCents: fact.balanceCents,
    periods: [],
  };
  state.invoices.push(record);
  state.invoiceById.set(fact.invoiceId, record);
  return record;
}

function fileNumber(state: State, record: InvoiceRecord, number: string): void {
  record.number = number;
  record.compact = compactReference(number);
  record.folded = foldLookAlikes(record.compact);
  record.digits = number.replace(/\D/g, '');
  record.serial = serialOf(number);
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

function attach(state: State, record: InvoiceRecord): void {
  if (record.balanceCents <= state.rules.toleranceCents) {
    record.customer.settled.push(record);
    return;
  }
  insertInOrder(record.customer, record);
  state.balances.add(record.balanceCents, record.customer.slot);
}

function detach(state: State, record: InvoiceRecord): void {
  const { open, settled } = record.customer;
  const inSettled = settled.indexOf(record);
  if (inSettled >= 0) settled.splice(inSettled, 1);
  const inOpen = open.indexOf(record);
  if (inOpen < 0) return;
  open.splice(inOpen, 1);
  state.balances.remove(record.balanceCents, record.customer.slot);
}

function insertInOrder(customer: CustomerRecord, record: InvoiceRecord): void {
  let at = customer.open.length;
  while (at > 0 && isOlder(record, customer.open[at - 1] ?? record)) at--;
  customer.open.splice(at, 0, record);
}

/** Oldest first: by due day, then issue day, then number (shorter serials first), then id, so that any load order gives one order. */
function isOlder(a: InvoiceRecord, b: InvoiceRecord): boolean {
  if (a.dueDay !== b.dueDay) return a.dueDay < b.dueDay;
  if (a.issueDay !== b.issueDay) return a.issueDay < b.issueDay;
  if (a.number.length !== b.number.length) return a.number.length < b.number.length;
  return a.number === b.number ? a.invoiceId < b.invoiceId : a.number < b.number;
}
