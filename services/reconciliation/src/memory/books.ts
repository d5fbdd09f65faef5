import { apply, createState, PRIOR, type State } from '@malipo/matching';
import { type Metrics, type OutgoingEvent, RaceLostError } from '@malipo/service-kit';
import { intern, orNone } from '@malipo/values';
import { engineRules } from '../domain/house-rules.ts';
import { NOT_LEARNED, raisedThreshold } from '../domain/learning.ts';
import type { Receivable } from '../domain/receivable.ts';
import type { Unit } from '../domain/unit.ts';
import type { FactsDoc, OrganisationDoc } from '../store/collections.ts';
import type { Reads } from '../store/reads.ts';
import { createModels, type Models } from './models.ts';

/** One organisation in memory: the engine's state and the open invoices, as of `seq`. */
export type Book = {
  organisationId: string;
  seq: number;
  state: State;
  open: Map<string, Receivable>;
  /** What customers owe over their open invoices (cents), by currency and customer. */
  owed: Map<string, Map<string, number>>;
  /** How much it holds, for the bound on memory: facts folded and open invoices. */
  weight: number;
};

export type Books = {
  /** One at a time: whoever folds facts or decides has the memory to itself. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /**
   * The organisations as of the given rows: loaded from the log where they are not in memory, caught up where another
   * replica wrote. @throws {RaceLostError} somebody wrote since the row was read
   */
  at(organisationIds: readonly string[], rows: ReadonlyMap<string, OrganisationDoc>): Promise<Map<string, Book>>;
  /** The unit's changes are durable: memory moves on with it. */
  committed(unit: Unit<OutgoingEvent>): void;
  /** Forgets what may hold changes that were never written. */
  drop(organisationIds: Iterable<string>): void;
  size(): number;
};

const LOAD_AT_ONCE = 50;

/** @param capacity facts and open invoices kept in memory over all organisations; the longest unused go first */
export function createBooks(reads: Reads, capacity: number, metrics: Metrics): Books {
  const books = new Map<string, Book>();
  const loads = metrics.counter('malipo_state_loads_total', 'organisations read into memory', ['how']);
  metrics.gauge('malipo_state_organisations', 'organisations in memory', [], function () {
    this.set(books.size);
  });
  const models = createModels(reads);
  let tail: Promise<unknown> = Promise.resolve();

  const catchUp = async (behind: Book[]) => {
    const log = await reads.factsAfter(new Map(behind.map((book) => [book.organisationId, book.seq])));
    const byOrganisation = Map.groupBy(log, (doc) => organisationOf(doc));
    const changed = await reads.receivables([...new Set(log.flatMap((doc) => doc.invoiceIds))]);
    for (const book of behind) fold(book, byOrganisation.get(book.organisationId) ?? [], changed);
    loads.inc({ how: 'caught_up' }, behind.length);
  };

  const load = async (ids: readonly string[]) => {
    const fresh = ids.map(emptyBook);
    const log = await reads.factsAfter(new Map(ids.map((id) => [id, 0])));
    const open = await reads.openReceivables(ids);
    const byOrganisation = Map.groupBy(log, (doc) => organisationOf(doc));
    const openOf = Map.groupBy(open, (receivable) => receivable.organisationId);
    for (const book of fresh) {
      for (const receivable of openOf.get(book.organisationId) ?? []) hold(book, receivable);
      fold(book, byOrganisation.get(book.organisationId) ?? [], new Map());
      books.set(book.organisationId, book);
    }
    loads.inc({ how: 'loaded' }, ids.length);
  };

  return {
    exclusive(work) {
      const result = tail.then(work, work);
      tail = result.catch(() => undefined);
      return result;
    },
    async at(organisationIds, rows) {
      await models.ready(rows.values());
      const known = organisationIds.filter((id) => (rows.get(id)?.seq ?? 0) > 0);
      const missing = known.filter((id) => !books.has(id));
      for (let from = 0; from < missing.length; from += LOAD_AT_ONCE)
        await load(missing.slice(from, from + LOAD_AT_ONCE));
      const behind = known
        .flatMap((id) => books.get(id) ?? [])
        .filter((book) => book.seq < (rows.get(book.organisationId)?.seq ?? 0));
      if (behind.length > 0) await catchUp(behind);
      const found = new Map<string, Book>();
      for (const id of organisationIds) {
        const book = books.get(id) ?? emptyBook(id);
        const seq = rows.get(id)?.seq ?? 0;
        if (book.seq !== seq) {
          if (book.seq > seq) books.delete(id);
          throw new RaceLostError(`organisation ${id}`);
        }
        arm(book.state, rows.get(id), models);
        books.delete(id);
        books.set(id, book);
        found.set(id, book);
      }
      evict(books, capacity, found);
      return found;
    },
    committed(unit) {
      const book = books.get(unit.organisationId);
      if (!book) return;
      book.seq = (unit.seq ?? 0) + 1;
      book.weight += unit.facts.length;
      for (const { now } of unit.receivables.values()) hold(book, now);
    },
    drop(organisationIds) {
      for (const id of organisationIds) books.delete(id);
    },
    size: () => books.size,
  };
}

const emptyBook = (organisationId: string): Book => ({
  organisationId,
  seq: 0,
  state: createState(organisationId),
  open: new Map(),
  owed: new Map(),
  weight: 0,
});

/** What the organisation decides by, as its row says: house rules, models, caution. */
function arm(state: State, row: OrganisationDoc | undefined, models: Models): void {
  const { champion, challenger, caution } = row?.learning ?? NOT_LEARNED;
  state.model = (champion && models.of(state.organisationId, champion)) || PRIOR;
  state.challenger = challenger ? models.of(state.organisationId, challenger) : null;
  const minConfidence = raisedThreshold(state.model, caution);
  state.rules = { ...engineRules(row?.rules), minConfidence };
}

const organisationOf = (doc: FactsDoc): string => doc._id.slice(0, doc._id.lastIndexOf(':'));

function fold(book: Book, log: readonly FactsDoc[], changed: ReadonlyMap<string, Receivable>): void {
  for (const doc of log) {
    for (const fact of doc.facts) apply(book.state, fact);
    for (const id of doc.invoiceIds) {
      const receivable = changed.get(id);
      if (receivable) hold(book, receivable);
    }
    book.weight += doc.facts.length;
    book.seq = Number(doc._id.slice(doc._id.lastIndexOf(':') + 1));
  }
}

/** Keeps an open invoice, forgets one that is not. */
function hold(book: Book, receivable: Receivable): void {
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

function evict(books: Map<string, Book>, capacity: number, inUse: ReadonlyMap<string, Book>): void {
  let held = 0;
  for (const book of books.values()) held += book.weight + book.open.size;
  for (const [id, book] of books) {
    if (held <= capacity) return;
    if (inUse.has(id)) continue;
    books.delete(id);
    held -= book.weight + book.open.size;
  }
}
