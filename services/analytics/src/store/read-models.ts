import {
  type ClientSession,
  type Collection,
  type Document,
  findByIds,
  insertAll,
  type Mongo,
  updateAll,
} from '@malipo/service-kit';
import { addChange, type Contribution, type Deltas } from '../domain/figures.ts';
import { billingFigures, foldInvoice, type InvoiceNews, type InvoiceRow, openCents } from '../domain/invoice-row.ts';
import { foldPayment, type PaymentNews, type PaymentRow, paymentFigures } from '../domain/payment-row.ts';
import type { Collections } from './collections.ts';
import { addUp, type DaySums } from './days.ts';

/** News and when it happened. */
export type Timed<News> = { news: News; occurredAt: Date };

/**
 * Takes a slice of news into the read models: in one transaction rows are read, the news folded in, and the days' sums
 * moved by what changed. A repeat changes no row and so no sum, which spares an inbox. Payments and invoices share no
 * document, so each has a transaction of its own and the two run side by side.
 */
export function createReadModels(mongo: Mongo, collections: Collections, now: () => Date) {
  const payments = paymentModel(collections);
  const invoices = invoiceModel(collections);
  return {
    apply: async (payment: readonly Timed<PaymentNews>[], invoice: readonly Timed<InvoiceNews>[]): Promise<void> => {
      const done = await Promise.allSettled([
        take(mongo, payments, payment, now()),
        take(mongo, invoices, invoice, now()),
      ]);
      for (const one of done) if (one.status === 'rejected') throw one.reason;
    },
  };
}

export type ReadModels = ReturnType<typeof createReadModels>;

const BEGINNING = new Date(0);
const NONE: ReadonlyMap<string, number> = new Map();

type Model<Row extends { id: string }, News extends { id: string }> = {
  load(ids: string[], session: ClientSession): Promise<Row[]>;
  save(rows: Row[], known: ReadonlySet<string>, session: ClientSession): Promise<unknown>;
  addUp(sums: DaySums[], session: ClientSession): Promise<unknown>;
  fold(row: Row | undefined, news: News): Row;
  figures(row: Row | undefined): Contribution;
};

async function take<Row extends { id: string }, News extends { id: string }>(
  mongo: Mongo,
  model: Model<Row, News>,
  slice: readonly Timed<News>[],
  appliedAt: Date,
): Promise<void> {
  if (slice.length === 0) return;
  await mongo.transaction((session) => takeIn(session, model, slice, appliedAt));
}

async function takeIn<Row extends { id: string }, News extends { id: string }>(
  session: ClientSession,
  model: Model<Row, News>,
  slice: readonly Timed<News>[],
  appliedAt: Date,
): Promise<void> {
  const ids = [...new Set(slice.map(({ news }) => news.id))];
  const loaded = await model.load(ids, session);
  const rows = new Map(loaded.map((row) => [row.id, row]));
  const changed = new Set<string>();
  const deltas: Deltas = new Map();
  const newest = new Map<string, Date>();
  for (const { news, occurredAt } of slice) {
    const before = rows.get(news.id);
    const after = model.fold(before, news);
    if (after === before) continue;
    rows.set(news.id, after);
    changed.add(news.id);
    const [old, current] = [model.figures(before), model.figures(after)];
    addChange(deltas, old, current);
    // what leaves its day behind, as a void does, changes the figures of that day too
    for (const key of [old?.key, current?.key])
      if (key && (newest.get(key) ?? BEGINNING) < occurredAt) newest.set(key, occurredAt);
  }
  if (changed.size === 0) return;
  await model.save(
    [...changed].flatMap((id) => rows.get(id) ?? []),
    new Set(loaded.map((row) => row.id)),
    session,
  );
  const sums = [...newest].map(([key, at]) => ({ key, figures: deltas.get(key) ?? NONE, newest: { at, appliedAt } }));
  if (sums.length > 0) await model.addUp(sums, session);
}

const paymentModel = ({ payments, paymentDays }: Collections): Model<PaymentRow, PaymentNews> => ({
  load: async (ids, session) =>
    (await findByIds(payments, ids, { session })).map(({ _id, ...rest }) => ({
      id: _id,
      ...rest,
    })),
  save: (rows, known, session) =>
    save(
      payments,
      rows.map(({ id, ...rest }) => ({ _id: id, ...rest })),
      known,
      session,
    ),
  addUp: (sums, session) => addUp(paymentDays, sums, session),
  fold: foldPayment,
  figures: paymentFigures,
});

const invoiceModel = ({ invoices, billingDays }: Collections): Model<InvoiceRow, InvoiceNews> => ({
  load: async (ids, session) =>
    (await findByIds(invoices, ids, { session })).map(({ _id, openCents: _, currency: __, dueDate: ___, ...rest }) => ({
      id: _id,
      ...rest,
    })),
  save: (rows, known, session) =>
    save(
      invoices,
      rows.map((row) => ({ _id: row.id, ...indexed(row) })),
      known,
      session,
    ),
  addUp: (sums, session) => addUp(billingDays, sums, session),
  fold: foldInvoice,
  figures: billingFigures,
});

async function save<Doc extends { _id: string }>(
  collection: Collection<Doc>,
  docs: readonly Doc[],
  known: ReadonlySet<string>,
  session: ClientSession,
): Promise<void> {
  await insertAll(
    collection,
    docs.filter((doc) => !known.has(doc._id)),
    session,
  );
  const changed = docs.filter((doc) => known.has(doc._id));
  await updateAll<Document & { _id: string }>(
    collection as unknown as Collection<Document & { _id: string }>,
    changed.map((doc) => ({ filter: { _id: doc._id }, update: doc })),
    session,
  );
}

const indexed = ({ id, ...rest }: InvoiceRow) => ({
  ...rest,
  openCents: openCents({ id, ...rest }),
  currency: rest.facts?.currency ?? null,
  dueDate: rest.facts?.dueDate ?? null,
});
