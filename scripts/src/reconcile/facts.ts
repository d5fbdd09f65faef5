import type { CustomerFact, InvoiceFact } from '@malipo/matching';
import { eatDay } from '@malipo/values';
import { createRegister } from './people.ts';
import type { Person } from './read/customers.ts';
import type { InvoiceRow } from './read/invoices.ts';
import { tellingWords } from './read/names.ts';
import type { PaymentRow } from './read/payments.ts';

/** What three files hold, as far as it could be read; `customers` is null where no such file was given. */
export type Books = {
  invoices: readonly InvoiceRow[];
  payments: readonly PaymentRow[];
  customers: readonly Person[] | null;
};

export type ReadInvoice = { row: InvoiceRow; fact: InvoiceFact };

export type Facts = {
  invoices: ReadInvoice[];
  customers: Map<string, CustomerFact>;
  /** Invoice rows whose customer is not in the customers file. */
  strangers: InvoiceRow[];
};

/** The matcher's view of the books; customers come from their own file and from the invoices. */
export function factsOf({ invoices, payments, customers }: Books): Facts {
  const register = createRegister();
  for (const person of customers ?? []) register.take(person, true);
  const firstAt = payments.reduce((first, { fact }) => Math.min(first, fact.paidAt), Number.POSITIVE_INFINITY);
  const firstDay = Number.isFinite(firstAt) ? eatDay(new Date(firstAt)) : '1970-01-01';
  const owners = new Map(byDetail(invoices).map((row) => [row, register.take(row.customer, false)]));
  const strangers = customers === null ? [] : invoices.filter((row) => !owners.get(row)?.isListed);
  const read = invoices.map((row, at) => {
    return { row, fact: toFact(row, `I${at + 1}`, owners.get(row)?.customerId ?? '', firstDay) };
  });
  return { invoices: read, strangers, customers: new Map(register.facts().map((fact) => [fact.customerId, fact])) };
}

/** Whose a name without more is can be told only after all who may be called so: rows that say most come first. */
function byDetail(rows: readonly InvoiceRow[]): InvoiceRow[] {
  const detailOf = ({ customer: { name, accounts, phones } }: InvoiceRow): number =>
    tellingWords(name).length + accounts.length + phones.length;
  return rows.toSorted((one, other) => detailOf(other) - detailOf(one));
}

/** An invoice without a day was issued before the first payment, and is due when it was issued. */
function toFact(row: InvoiceRow, invoiceId: string, customerId: string, firstDay: string): InvoiceFact {
  const { number, description, currency, totalCents, balanceCents } = row;
  const earliest = row.dueDay !== null && row.dueDay < firstDay ? row.dueDay : firstDay;
  const issueDay = row.issueDay ?? earliest;
  const dueDay = row.dueDay ?? issueDay;
  return { invoiceId, customerId, number, description, issueDay, dueDay, currency, totalCents, balanceCents };
}
