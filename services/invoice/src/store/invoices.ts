import {
  type Db,
  type Filter,
  findByIds,
  insertAll,
  listPage,
  type PageQuery,
  RaceLostError,
  refusingIndex,
  type Tx,
  type Update,
  updateAll,
} from '@malipo/service-kit';
import type { Invoice } from '../domain/invoice.ts';
import { keyOf } from '../domain/keys.ts';
import type { Standing, Status } from '../domain/standing.ts';

export const NUMBER_INDEX = 'number_key';

type Stored<T extends Standing> = Omit<T, 'id' | 'overdueCheckOn'> & {
  _id: string;
  overdueCheckOn?: string;
};
type StandingDoc = Stored<Standing>;
type InvoiceDoc = Stored<Invoice> & { numberKey: string };

/** A change to write: `after` replaces `before`, unless somebody else was first. */
export type Write<T extends Standing> = { before: T; after: T };

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
    /** @throws E11000 where a number is taken: `isNumberTaken` tells */
    async insertMany(rows: readonly Invoice[], { session }: Tx): Promise<void> {
      await insertAll(invoices, rows.map(toDoc), session);
    },

    /**
     * @throws {RaceLostError} when it was changed since it was read
     * @throws E11000 where its new number is taken: `isNumberTaken` tells
     */
    async save({ before, after }: Write<Invoice>, { session }: Tx): Promise<void> {
      const { _id, organisationId, createdAt: _, ...fields } = toDoc(after);
      const { matchedCount } = await invoices.updateOne(
        { _id, organisationId, version: before.version },
        { $set: fields, ...forgotten(after) },
        { session },
      );
      if (matchedCount === 0) throw new RaceLostError('the invoice');
    },

    /** Writes what money moved. What `tx` read cannot have been changed by somebody else when `tx` commits. */
    async saveStandings(writes: readonly Write<Standing>[], { session }: Tx): Promise<void> {
      await updateAll(invoices, writes.map(toUpdate), session);
    },

    async load(organisationId: string, id: string): Promise<Invoice | undefined> {
      const doc = await invoices.findOne({ _id: id, organisationId });
      return doc ? toInvoice(doc) : undefined;
    },

    /** The parts that money moves, by invoice id, in one round trip. */
    async loadStandings(ids: readonly string[], { session }: Tx): Promise<Standing[]> {
      const docs = await findByIds(invoices, ids, { projection: WITHOUT_CONTENT, session });
      return docs.map(toStanding);
    },

    /** Invoices of all organisations whose due date lies before `day` and was not looked at yet. */
    async dueBefore(day: string, limit: number, { session }: Tx): Promise<Standing[]> {
      const docs = await invoices
        .find({ overdueCheckOn: { $lt: day } }, { session })
        .project<StandingDoc>(WITHOUT_CONTENT)
        .limit(limit)
        .toArray();
      return docs.map(toStanding);
    },

    /** Drops the job's mark and nothing else, unless the invoice was changed since it was read. */
    async passOver(rows: readonly Standing[], { session }: Tx): Promise<void> {
      const unmarked = { $unset: { overdueCheckOn: '' as const } };
      const updates = rows.map(({ id, version }) => ({ filter: { _id: id, version }, update: unmarked }));
      await updateAll(invoices, updates, session);
    },

    /** Which of these numbers does an invoice of the organisation have? As keys, `keyOf(number)`. */
    async takenNumbers(organisationId: string, numbers: readonly string[], { session }: Tx): Promise<Set<string>> {
      const docs = await invoices
        .find({ organisationId, numberKey: { $in: numbers.map(keyOf) } }, { session })
        .project<{ numberKey: string }>({ numberKey: 1 })
        .toArray();
      return new Set(docs.map((doc) => doc.numberKey));
    },

    list: <View>(organisationId: string, search: InvoiceSearch, page: PageQuery, toView: (invoice: Invoice) => View) =>
      listPage<InvoiceDoc, View>(invoices, filterOf(organisationId, search), 'createdAt', page, (doc) =>
        toView(toInvoice(doc)),
      ),
  };
}

/** Did the unique index over numbers refuse it? */
export const isNumberTaken = (error: unknown): boolean => refusingIndex(error) === NUMBER_INDEX;

/** By `_id` alone, which the server finds without planning: the transaction's own read stands for the version. */
function toUpdate({ after }: Write<Standing>): Update<InvoiceDoc> {
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
    ...(overdueCheckOn ? { overdueCheckOn } : {}),
  };
  return { filter: { _id: after.id }, update: { $set: moved, ...forgotten(after) } };
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
  const { _id, numberKey: _n, overdueCheckOn = null, ...invoice } = doc;
  return { id: _id, overdueCheckOn, ...invoice };
}

function toStanding(doc: StandingDoc): Standing {
  const { _id, overdueCheckOn = null, ...standing } = doc;
  return { id: _id, overdueCheckOn, ...standing };
}
