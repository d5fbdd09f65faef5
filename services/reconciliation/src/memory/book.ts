import { apply, createState, PRIOR, type State } from '@malipo/matching';
import { intern, orNone } from '@malipo/values';
import { engineRules } from '../domain/house-rules.ts';
import { NOT_LEARNED, raisedThreshold } from '../domain/learning.ts';
import type { Receivable } from '../domain/receivable.ts';
import type { Offer } from '../domain/refusal.ts';
import type { FactsDoc, OrganisationDoc } from '../store/collections.ts';
import type { Models } from './models.ts';

/** One organisation in memory: the engine's state and the open invoices, as of `seq`. */
export type Book = {
  organisationId: string;
  seq: number;
  state: State;
  open: Map<string, Receivable>;
  /** What customers owe over their open invoices (cents), by currency and customer. */
  owed: Map<string, Map<string, number>>;
  /** Payments that offer to pay an invoice, beside a person's word. */
  offered: Map<string, Set<string>>;
  /** How much it holds, for the bound on memory: facts folded and open invoices. */
  weight: number;
};

export const emptyBook = (organisationId: string): Book => ({
  organisationId,
  seq: 0,
  state: createState(organisationId),
  open: new Map(),
  owed: new Map(),
  offered: new Map(),
  weight: 0,
});

/** What the organisation decides by, as its row says: house rules, models, caution. */
export function arm(state: State, row: OrganisationDoc | undefined, models: Models): void {
  const { champion, challenger, caution } = row?.learning ?? NOT_LEARNED;
  state.model = (champion && models.of(state.organisationId, champion)) || PRIOR;
  state.challenger = challenger ? models.of(state.organisationId, challenger) : null;
  const minConfidence = raisedThreshold(state.model, caution);
  state.rules = { ...engineRules(row?.rules), minConfidence };
}

export const organisationOf = (doc: FactsDoc): string => doc._id.slice(0, doc._id.lastIndexOf(':'));

/** Moves a book on by one commit of the log. @param changed invoices as they are now, of those that the commit changed */
export function fold(book: Book | undefined, doc: FactsDoc, changed: ReadonlyMap<string, Receivable>): void {
  if (!book) return;
  for (const fact of doc.facts) apply(book.state, fact);
  for (const id of doc.invoiceIds) {
    const receivable = changed.get(id);
    if (receivable) hold(book, receivable);
  }
  for (const offer of doc.offers ?? []) offerAnew(book, offer);
  book.weight += doc.facts.length;
  book.seq = Number(doc._id.slice(doc._id.lastIndexOf(':') + 1));
}

/** Keeps what waiting money offers now, and forgets what it offered before. */
export function offerAnew({ offered }: Book, { paymentId, before, now }: Offer): void {
  for (const invoiceId of before) {
    const ids = offered.get(invoiceId);
    ids?.delete(paymentId);
    if (ids?.size === 0) offered.delete(invoiceId);
  }
  for (const invoiceId of now) offered.set(invoiceId, (offered.get(invoiceId) ?? new Set()).add(paymentId));
}

/** Keeps an open invoice, forgets one that is not. */
export function hold(book: Book, receivable: Receivable): void {
  const before = book.open.get(receivable.invoiceId);
  if (before) owe(book, before, -1);
  if (receivable.status === 'open') {
    const kept = sharing(book, receivable);
    book.open.set(kept.invoiceId, kept);
    owe(book, kept, 1);
  } else book.open.delete(receivable.invoiceId);
}

/**
 * The same with the texts that others hold already: every event and row brings its own copies. A number may be newer here
 * than in the engine's memory, and is shared only where it is the same.
 */
function sharing({ organisationId, state }: Book, receivable: Receivable): Receivable {
  const invoice = state.invoiceById.get(receivable.invoiceId);
  const customer = state.customerById.get(receivable.customerId);
  return {
    ...receivable,
    organisationId,
    invoiceId: invoice?.invoiceId ?? receivable.invoiceId,
    customerId: customer?.customerId ?? receivable.customerId,
    number: invoice?.number === receivable.number ? invoice.number : receivable.number,
    description: intern(receivable.description),
    issuedOn: intern(receivable.issuedOn),
    dueDate: intern(receivable.dueDate),
    currency: intern(receivable.currency),
    paidBy: orNone(receivable.paidBy),
  };
}

function owe(book: Book, { customerId, currency, balanceCents }: Receivable, sign: 1 | -1): void {
  const owed = book.owed.get(currency) ?? new Map<string, number>();
  book.owed.set(currency, owed);
  const now = (owed.get(customerId) ?? 0) + sign * balanceCents;
  if (now === 0) owed.delete(customerId);
  else owed.set(customerId, now);
}

/** What a customer owes over its open invoices in a currency (cents). */
export const owedBy = (book: Book, customerId: string, currency: string): number =>
  book.owed.get(currency)?.get(customerId) ?? 0;
