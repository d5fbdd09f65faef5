import { type Metrics, type OutgoingEvent, RaceLostError } from '@malipo/service-kit';
import type { Receivable } from '../domain/receivable.ts';
import { offersIn } from '../domain/refusal.ts';
import type { Unit } from '../domain/unit.ts';
import type { FactsDoc, OrganisationDoc } from '../store/collections.ts';
import type { Reads } from '../store/reads.ts';
import { arm, type Book, emptyBook, fold, hold, offerAnew, organisationOf } from './book.ts';
import { createModels } from './models.ts';

export type Books = {
  /**
   * One at a time: whoever decides has the memory to itself. Should the work fail, the books that it was given are
   * forgotten, since they may hold decisions that were never written; but for those of which all was written.
   */
  deciding<T>(work: () => Promise<T>): Promise<T>;
  /** The same for work that changes nothing. */
  looking<T>(work: () => Promise<T>): Promise<T>;
  /**
   * The organisations as of the given rows: loaded from the log where they are not in memory, caught up where another
   * replica wrote. @throws {RaceLostError} somebody wrote since the row was read; nothing is lost by it
   */
  at(organisationIds: readonly string[], rows: ReadonlyMap<string, OrganisationDoc>): Promise<Map<string, Book>>;
  /** The unit's changes are durable: memory moves on with it. */
  committed(unit: Unit<OutgoingEvent>): void;
  drop(organisationId: string): void;
  size(): number;
};

const LOAD_AT_ONCE = 50;
const LOG_AT_ONCE = 2_000;

/** @param capacity facts and open invoices kept in memory over all organisations; the longest unused go first */
export function createBooks(reads: Reads, capacity: number, metrics: Metrics): Books {
  const books = new Map<string, Book>();
  const loads = metrics.counter('malipo_state_loads_total', 'organisations read into memory', ['how']);
  metrics.gauge('malipo_state_organisations', 'organisations in memory', [], function () {
    this.set(books.size);
  });
  const models = createModels(reads);
  let tail: Promise<unknown> = Promise.resolve();
  const given = new Set<string>();

  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const result = tail.then(work, work);
    tail = result.catch(() => undefined);
    return result;
  };

  const decided = async <T>(work: () => Promise<T>): Promise<T> => {
    given.clear();
    try {
      return await work();
    } catch (error) {
      for (const id of given) books.delete(id);
      throw error;
    }
  };

  /** Read past the row, a book is right and good for the next try; only one that is ahead of the database itself is not. */
  const mind = async (book: Book) => {
    const now = await reads.organisation(book.organisationId);
    if (book.seq > (now?.seq ?? 0)) books.delete(book.organisationId);
  };

  /** Folds what the log holds beyond each book, a page at a time: logs grow for ever, memory does not. */
  const readOn = async (
    behind: readonly Book[],
    changedBy: (log: readonly FactsDoc[]) => Promise<Map<string, Receivable>>,
  ) => {
    const byId = new Map(behind.map((book) => [book.organisationId, book]));
    for (let more = true; more; ) {
      const log = await reads.factsAfter(new Map(behind.map((book) => [book.organisationId, book.seq])), LOG_AT_ONCE);
      const changed = await changedBy(log);
      for (const doc of log) fold(byId.get(organisationOf(doc)), doc, changed);
      more = log.length === LOG_AT_ONCE;
    }
  };

  const catchUp = async (behind: readonly Book[]) => {
    await readOn(behind, (log) => reads.receivables(log.flatMap((doc) => doc.invoiceIds)));
    loads.inc({ how: 'caught_up' }, behind.length);
  };

  const load = async (ids: readonly string[]) => {
    const fresh = ids.map(emptyBook);
    await readOn(fresh, async () => new Map());
    // after the log: invoices that are newer than it are put right when it is caught up with, older ones never
    const openOf = Map.groupBy(await reads.openReceivables(ids), (receivable) => receivable.organisationId);
    for (const book of fresh) {
      for (const receivable of openOf.get(book.organisationId) ?? []) hold(book, receivable);
      books.set(book.organisationId, book);
    }
    loads.inc({ how: 'loaded' }, ids.length);
  };

  return {
    deciding: (work) => alone(() => decided(work)),
    looking: alone,
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
          if (book.seq > seq) await mind(book);
          throw new RaceLostError(`organisation ${id}`);
        }
        arm(book.state, rows.get(id), models);
        books.delete(id);
        books.set(id, book);
        found.set(id, book);
      }
      evict(books, capacity, found);
      for (const id of organisationIds) given.add(id);
      return found;
    },
    committed(unit) {
      given.delete(unit.organisationId);
      const book = books.get(unit.organisationId);
      if (!book) return;
      book.seq = (unit.seq ?? 0) + 1;
      book.weight += unit.facts.length;
      for (const { now } of unit.receivables.values()) hold(book, now);
      for (const offer of offersIn(unit)) offerAnew(book, offer);
    },
    drop: (organisationId) => void books.delete(organisationId),
    size: () => books.size,
  };
}

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
