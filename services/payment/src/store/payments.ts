import {
  type Collection,
  type Db,
  type Document,
  type Filter,
  findByIds,
  insertAll,
  listPage,
  type PageQuery,
  type Tx,
} from '@malipo/service-kit';
import type { Payment } from '../domain/payment.ts';
import type { Flag } from '../domain/telling.ts';
import { paymentAnswers } from './payment-answers.ts';
import { paymentDecisions } from './payment-decisions.ts';
import { type PaymentDoc, type SettledPayment, toDoc, toPayment, toSettled, toStored } from './payment-doc.ts';

export type PaymentFilter = {
  status?: Payment['status'] | undefined;
  flag?: Flag | undefined;
  customerId?: string | undefined;
  channelId?: string | undefined;
  mode?: Payment['mode'] | undefined;
  ids?: string[] | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

/** What an insert made of each payment: `false` where it was there before. */
export type Inserted = boolean[];

export const PAYMENTS = 'payments';

export function createPaymentStore(db: Db) {
  const payments: Collection<PaymentDoc> = db.collection(PAYMENTS);
  return {
    ...paymentAnswers(payments),
    ...paymentDecisions(payments),

    /** Inserts payments that nothing is known of. @throws E11000 where one is there already; then none is inserted */
    async insertAll(rows: readonly Payment[], { session }: Tx): Promise<Inserted> {
      for (const part of chunks(rows.map(toDoc))) await insertAll(payments, part, session);
      return rows.map(() => true);
    },

    /** Inserts those that are not there; the primary key alone decides, also against another instance at the same time. */
    async insertUnknown(rows: readonly Payment[], tx: Tx): Promise<Inserted> {
      const ids = rows.map(({ id }) => id);
      const found = await findByIds(payments, ids, { projection: { _id: 1 }, session: tx.session });
      const known = new Set(found.map((doc) => doc._id));
      await this.insertAll(
        rows.filter(({ id }) => !known.has(id)),
        tx,
      );
      return ids.map((id) => !known.has(id));
    },

    async findMany(ids: readonly string[]): Promise<Payment[]> {
      const found = await findByIds(payments, ids, { projection: { match: 0, counted: 0 } });
      return found.map(toPayment);
    },

    /** Counts deliveries beyond the first by their ids, each once however often it is told; the last hundred are known. */
    async countRepeats(repeats: ReadonlyMap<string, readonly string[]>): Promise<void> {
      const operations = [...repeats].map(([_id, deliveries]) => ({
        updateOne: { filter: { _id }, update: countingOnce(deliveries) },
      }));
      if (operations.length > 0) await payments.bulkWrite(operations, { ordered: false });
    },

    /** Compare-and-set on the version before. @returns whether it won */
    async saveEvidence(payment: Payment, { session }: Tx): Promise<boolean> {
      const { id, evidence, version, status: _, repeats: __, ...facts } = payment;
      const added = evidence.at(-1);
      const { matchedCount } = await payments.updateOne(
        { _id: id, version: version - 1 },
        {
          $set: { ...facts, version },
          ...(added ? { $push: { evidence: toStored(added) } } : {}),
          ...(repeatsOf(payment) > 0 ? { $inc: { repeats: repeatsOf(payment) } } : {}),
        },
        { session },
      );
      return matchedCount === 1;
    },

    async find(organisationId: string, id: string): Promise<SettledPayment | undefined> {
      const doc = await payments.findOne({ _id: id, organisationId });
      return doc ? toSettled(doc) : undefined;
    },

    /** Newest first. */
    list<View>(organisationId: string, filter: PaymentFilter, query: PageQuery, view: (row: SettledPayment) => View) {
      return listPage(payments, toFilter(organisationId, filter), 'receivedAt', query, (doc) => view(toSettled(doc)));
    },

    /** Which of these requests have been paid, by request id. */
    async paidRequests(requestIds: readonly string[]): Promise<Map<string, { paymentId: string }>> {
      const found = await payments
        .find({ requestId: { $in: [...requestIds] } }, { projection: { requestId: 1 } })
        .toArray();
      return new Map(found.map((doc) => [doc.requestId ?? '', { paymentId: doc._id }]));
    },
  };
}

/** An update that works on what is stored: only ids that are not in `counted` raise the count. */
const countingOnce = (deliveries: readonly string[]): Document[] => [
  { $set: { fresh: { $setDifference: [deliveries, { $ifNull: ['$counted', []] }] } } },
  {
    $set: {
      repeats: { $add: ['$repeats', { $size: '$fresh' }] },
      counted: { $slice: [{ $concatArrays: [{ $ifNull: ['$counted', []] }, '$fresh'] }, -COUNTED] },
    },
  },
  { $unset: 'fresh' },
];

/** A delivery may be told twice while its write is slow or after a crash, with few others in between. */
const COUNTED = 100;

export type PaymentStore = ReturnType<typeof createPaymentStore>;

/** How often this change adds to the counter: once where the same kind came in other bytes. */
const repeatsOf = (payment: Payment): number =>
  payment.evidence.filter((one) => one.kind === payment.evidence.at(-1)?.kind).length > 1 ? 1 : 0;

/** A command must stay below 16 MiB; raw bodies are nearly all of it. */
const MAX_BYTES = 8 * 1024 * 1024;

function chunks(docs: readonly PaymentDoc[]): PaymentDoc[][] {
  const parts: PaymentDoc[][] = [];
  let bytes = MAX_BYTES;
  for (const doc of docs) {
    const size = doc.evidence[0]?.body.length() ?? 0;
    if (bytes + size > MAX_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(doc);
    bytes += size + OVERHEAD_BYTES;
  }
  return parts;
}

/** Facts of a payment, generously. */
const OVERHEAD_BYTES = 8 * 1024;

function toFilter(organisationId: string, filter: PaymentFilter): Filter<PaymentDoc> & { organisationId: string } {
  const { ids, from, to, flag, ...equal } = filter;
  const named = Object.fromEntries(
    Object.entries(equal).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const receivedAt = { ...(from ? { $gte: from } : {}), ...(to ? { $lt: to } : {}) };
  return {
    organisationId,
    ...named,
    ...(ids ? { _id: { $in: ids } } : {}),
    ...(flag ? { flags: flag, 'flags.0': { $exists: true } } : {}), // the second makes the partial index fit
    ...(from || to ? { receivedAt } : {}),
  };
}
