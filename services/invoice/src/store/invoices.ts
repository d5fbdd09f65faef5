import {
  type Announced,
  type AnyBulkWriteOperation,
  appending,
  carrying,
  type Db,
  type Filter,
  listPage,
  type OutgoingEvent,
  type PageQuery,
  RaceLostError,
  type WithOutbox,
} from '@malipo/service-kit';
import type { Invoice } from '../domain/invoice.ts';
import { keyOf } from '../domain/keys.ts';
import type { Standing, Status } from '../domain/standing.ts';
import { indexOf, refusedIn } from './duplicates.ts';

export const NUMBER_INDEX = 'number_key';

type Held<T extends Standing> = Omit<T, 'id' | 'overdueCheckOn'> & {
  _id: string;
  overdueCheckOn?: string;
} & WithOutbox;
type StandingDoc = Held<Standing>;
type InvoiceDoc = Held<Invoice> & { numberKey: string };

/** What was read with an invoice: its outbox may still hold events, which the next announcement must take along. */
export type Loaded<T extends Standing = Invoice> = { invoice: T; waiting: readonly OutgoingEvent[] };

/** A change to write: `after` replaces `before`, unless somebody else was first. */
export type Write<T extends Standing> = { before: Loaded<T>; after: T; events: readonly OutgoingEvent[] };

export type SavedInvoice = { saved: true; announced: Announced } | { saved: false; taken: 'number' };

export type InvoiceSearch = {
  statuses?: readonly Status[] | undefined;
  customerId?: string | undefined;
  number?: string | undefined;
  dueBefore?: string | undefined;
  dueAfter?: string | undefined;
};

/** What moving money never reads. */
const WITHOUT_CONTENT = { lines: 0, notes: 0, numberKey: 0 } as const;

/** Invoices. Every method but the overdue job's is scoped by organisation. */
export function createInvoiceStore(db: Db) {
  const invoices = db.collection<InvoiceDoc>('invoices');
  return {
    /** Unordered; answers the positions that were refused because the number is taken. */
    async insertMany(rows: readonly { invoice: Invoice; events: readonly OutgoingEvent[] }[]): Promise<Set<number>> {
      if (rows.length === 0) return new Set();
      const docs = rows.map(({ invoice, events }) => ({ ...toDoc(invoice), ...carrying(events, invoice.updatedAt) }));
      const refused = await refusedIn(invoices.insertMany(docs, { ordered: false }));
      return new Set(refused.keys());
    },

    /** @throws {RaceLostError} when it was changed since it was read */
    async save({ before, after, events }: Write<Invoice>): Promise<SavedInvoice> {
      const { _id, organisationId, createdAt: _, ...fields } = toDoc(after);
      const { $set, $push } = appending(events, after.updatedAt);
      try {
        const { matchedCount } = await invoices.updateOne(
          { _id, organisationId, version: before.invoice.version },
          { $set: { ...fields, ...$set }, $push, ...forgotten(after) },
        );
        if (matchedCount === 0) throw new RaceLostError('the invoice');
      } catch (error) {
        if (indexOf(error) === NUMBER_INDEX) return { saved: false, taken: 'number' };
        throw error;
      }
      return { saved: true, announced: announcedOf(_id, [...before.waiting, ...events]) };
    },

    /**
     * Writes what money moved, in one round trip; each invoice only where nobody else was first.
     * @throws {RaceLostError} when some lost; the others are written, and a repeat finds them so
     */
    async saveStandings(writes: readonly Write<Standing>[]): Promise<Announced[]> {
      if (writes.length === 0) return [];
      const { matchedCount } = await invoices.bulkWrite(writes.map(toUpdate), { ordered: false });
      if (matchedCount < writes.length) throw new RaceLostError('an invoice of the slice');
      return writes.map(({ before, after, events }) => announcedOf(after.id, [...before.waiting, ...events]));
    },

    async load(organisationId: string, id: string): Promise<Loaded | undefined> {
      const doc = await invoices.findOne({ _id: id, organisationId });
      return doc ? { invoice: toInvoice(doc), waiting: doc.outbox?.events ?? [] } : undefined;
    },

    /** The parts that money moves, by invoice id, in one round trip. */
    async loadStandings(organisationIds: readonly string[], ids: readonly string[]): Promise<Loaded<Standing>[]> {
      const docs = await invoices
        .find({ _id: { $in: [...ids] }, organisationId: { $in: [...organisationIds] } })
        .project<StandingDoc>(WITHOUT_CONTENT)
        .toArray();
      return docs.map(toLoadedStanding);
    },

    /** Invoices of all organisations whose due date lies before `day` and was not looked at yet. */
    async dueBefore(day: string, limit: number): Promise<Loaded<Standing>[]> {
      const docs = await invoices
        .find({ overdueCheckOn: { $lt: day } })
        .project<StandingDoc>(WITHOUT_CONTENT)
        .limit(limit)
        .toArray();
      return docs.map(toLoadedStanding);
    },

    list: <View>(organisationId: string, search: InvoiceSearch, page: PageQuery, toView: (invoice: Invoice) => View) =>
      listPage<InvoiceDoc, View>(invoices, filterOf(organisationId, search), 'createdAt', page, (doc) =>
        toView(toInvoice(doc)),
      ),
  };
}

const announcedOf = (id: string, events: readonly OutgoingEvent[]): Announced => ({
  collection: 'invoices',
  id,
  events,
});

function toUpdate({ before, after, events }: Write<Standing>): AnyBulkWriteOperation<InvoiceDoc> {
  const { status, allocations, appliedCents, roundingCents, balanceCents, paidAt, overdueFor, version, updatedAt } =
    after;
  const { overdueCheckOn } = after;
  const moved = {
    status,
    allocations,
    appliedCents,
    roundingCents,
    balanceCents,
    paidAt,
    overdueFor,
    version,
    updatedAt,
  };
  const { $set, $push } = appending(events, updatedAt);
  return {
    updateOne: {
      filter: { _id: after.id, organisationId: after.organisationId, version: before.invoice.version },
      update: {
        $set: { ...moved, ...(overdueCheckOn ? { overdueCheckOn } : {}), ...$set },
        $push,
        ...forgotten(after),
      },
    },
  };
}

/** The mark leaves the document, and so the job's sparse index. */
const forgotten = (invoice: Standing) =>
  invoice.overdueCheckOn === null ? { $unset: { overdueCheckOn: '' as const } } : {};

function filterOf(organisationId: string, search: InvoiceSearch): Filter<InvoiceDoc> & { organisationId: string } {
  const { statuses, customerId, number, dueBefore, dueAfter } = search;
  const due = { ...(dueBefore ? { $lt: dueBefore } : {}), ...(dueAfter ? { $gt: dueAfter } : {}) };
  return {
    organisationId,
    ...(statuses ? { status: { $in: [...statuses] } } : {}),
    ...(customerId ? { customerId } : {}),
    ...(number ? { numberKey: keyOf(number) } : {}),
    ...(dueBefore || dueAfter ? { dueDate: due } : {}),
  };
}

function toDoc({ id, overdueCheckOn, ...invoice }: Invoice): InvoiceDoc {
  return {
    _id: id,
    ...invoice,
    numberKey: keyOf(invoice.number),
    ...(overdueCheckOn ? { overdueCheckOn } : {}),
  };
}

function toInvoice(doc: InvoiceDoc): Invoice {
  const { _id, numberKey: _n, outbox: _o, overdueCheckOn = null, ...invoice } = doc;
  return { id: _id, overdueCheckOn, ...invoice };
}

function toLoadedStanding(doc: StandingDoc): Loaded<Standing> {
  const { _id, outbox, overdueCheckOn = null, ...standing } = doc;
  return { invoice: { id: _id, overdueCheckOn, ...standing }, waiting: outbox?.events ?? [] };
}
