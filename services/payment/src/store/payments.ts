import {
  appending,
  Binary,
  type Collection,
  carrying,
  type Db,
  type Filter,
  listPage,
  type OutgoingEvent,
  type PageQuery,
  type WithOutbox,
} from '@malipo/service-kit';
import type { Match, Refusal } from '../domain/match.ts';
import type { Evidence, Payment } from '../domain/payment.ts';

type StoredEvidence = Omit<Evidence, 'body'> & { body: Binary };

export type PaymentDoc = Omit<Payment, 'id' | 'evidence'> &
  WithOutbox & { _id: string; evidence: StoredEvidence[]; match?: Match; customerId?: string | null };

/** A payment as a person asks for it: with what reconciliation made of it. */
export type SettledPayment = Payment & { match: Match | null };

export type PaymentFilter = {
  status?: Payment['status'] | undefined;
  customerId?: string | undefined;
  channelId?: string | undefined;
  mode?: Payment['mode'] | undefined;
  ids?: string[] | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

/** What an insert made of each payment: `false` where it was there before. */
export type Inserted = boolean[];

/** The collection's name, for the outbox. */
export const PAYMENTS = 'payments';

export function createPaymentStore(db: Db) {
  const payments: Collection<PaymentDoc> = db.collection(PAYMENTS);
  return {
    /** One durable write for all, each with its event; a duplicate key is an answer, not an error. */
    async insertOnce(rows: readonly { payment: Payment; event: OutgoingEvent }[], at: Date): Promise<Inserted> {
      const docs = rows.map(({ payment, event }) => toDoc(payment, event, at));
      const known = new Set<number>();
      for (const { from, part } of chunks(docs))
        for (const index of await insertUnordered(db, part)) known.add(from + index);
      return rows.map((_row, index) => !known.has(index));
    },

    async findMany(ids: readonly string[]): Promise<Payment[]> {
      const found = await payments.find({ _id: { $in: [...ids] } }, { projection: { outbox: 0, match: 0 } }).toArray();
      return found.map(toPayment);
    },

    async countRepeats(repeats: ReadonlyMap<string, number>): Promise<void> {
      const operations = [...repeats].map(([_id, count]) => ({
        updateOne: { filter: { _id }, update: { $inc: { repeats: count } } },
      }));
      if (operations.length > 0) await payments.bulkWrite(operations, { ordered: false });
    },

    /** Compare-and-set on the version before. @returns whether it won */
    async saveEvidence(payment: Payment, events: readonly OutgoingEvent[], at: Date): Promise<boolean> {
      const { id, evidence, version, status: _, repeats: __, ...facts } = payment;
      const added = evidence.at(-1);
      const { $set, $push } = appending(events, at);
      const { matchedCount } = await payments.updateOne(
        { _id: id, version: version - 1 },
        {
          $set: { ...facts, ...$set, version },
          $push: { ...$push, ...(added ? { evidence: toStored(added) } : {}) },
          ...(repeatsOf(payment) > 0 ? { $inc: { repeats: repeatsOf(payment) } } : {}),
        },
      );
      return matchedCount === 1;
    },

    /** What reconciliation decided; an older version of a match changes nothing. */
    async applyMatches(matches: ReadonlyMap<string, { match: Match; status: Payment['status'] }>): Promise<void> {
      const operations = [...matches].map(([_id, { match, status }]) => ({
        updateOne: {
          filter: {
            _id,
            'match.version': { $not: { $gte: match.version } },
            status: { $nin: ['reversed' as const, 'refunded' as const] },
          },
          update: { $set: { match, status, customerId: match.customerId } },
        },
      }));
      if (operations.length > 0)
        await payments.bulkWrite(operations, { ordered: false, writeConcern: { w: 'majority' } });
    },

    /** A refusal changes the decision that it refers to, and nothing that came after it. */
    async applyRefusals(refusals: ReadonlyMap<string, Refusal>): Promise<void> {
      const operations = [...refusals].map(([_id, { version, decidedBy, decidedAt }]) => ({
        updateOne: {
          filter: { _id, 'match.version': { $lt: version } },
          update: {
            $set: {
              'match.version': version,
              'match.decision': 'rejected',
              'match.allocations': [],
              'match.decidedBy': decidedBy,
              'match.decidedAt': decidedAt,
            },
          },
        },
      }));
      if (operations.length > 0)
        await payments.bulkWrite(operations, { ordered: false, writeConcern: { w: 'majority' } });
    },

    async find(organisationId: string, id: string): Promise<SettledPayment | undefined> {
      const doc = await payments.findOne({ _id: id, organisationId }, { projection: { outbox: 0 } });
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

export type PaymentStore = ReturnType<typeof createPaymentStore>;

/** How often this change adds to the counter: `absorb` raises it by one where the same kind came in other bytes. */
const repeatsOf = (payment: Payment): number =>
  payment.evidence.filter((one) => one.kind === payment.evidence.at(-1)?.kind).length > 1 ? 1 : 0;

/** A command must stay below 16 MiB; raw bodies are nearly all of it. */
const MAX_BYTES = 8 * 1024 * 1024;

function chunks(docs: readonly PaymentDoc[]): { from: number; part: PaymentDoc[] }[] {
  const parts: { from: number; part: PaymentDoc[] }[] = [];
  let bytes = MAX_BYTES;
  for (const [index, doc] of docs.entries()) {
    const size = doc.evidence[0]?.body.length() ?? 0;
    if (bytes + size > MAX_BYTES) {
      parts.push({ from: index, part: [] });
      bytes = 0;
    }
    parts.at(-1)?.part.push(doc);
    bytes += size + OVERHEAD_BYTES;
  }
  return parts;
}

/** Facts and event of a payment, generously. */
const OVERHEAD_BYTES = 8 * 1024;

/**
 * The plain insert command: the driver's own bulk writer measures every document before it sends it, which costs as much
 * as sending it.
 * @returns the indexes of documents that were there already
 */
async function insertUnordered(db: Db, documents: PaymentDoc[]): Promise<number[]> {
  const answer = await db.command({
    insert: PAYMENTS,
    documents,
    ordered: false,
    writeConcern: { w: 'majority', j: true },
  });
  const errors: { index: number; code: number; errmsg: string }[] = answer.writeErrors ?? [];
  const fatal = errors.find((error) => error.code !== DUPLICATE_KEY) ?? answer.writeConcernError;
  if (fatal) throw new Error(`payments could not be stored: ${fatal.code} ${fatal.errmsg}`);
  return errors.map((error) => error.index);
}

const DUPLICATE_KEY = 11_000;

const toStored = (evidence: Evidence): StoredEvidence => ({ ...evidence, body: new Binary(evidence.body) });

function toDoc({ id, evidence, ...rest }: Payment, event: OutgoingEvent, at: Date): PaymentDoc {
  return { _id: id, ...rest, evidence: evidence.map(toStored), ...carrying([event], at) };
}

function toPayment({ _id, outbox: _, match: __, customerId: ___, evidence, ...rest }: PaymentDoc): Payment {
  return { id: _id, ...rest, evidence: evidence.map((one) => ({ ...one, body: one.body.value() })) };
}

const toSettled = (doc: PaymentDoc): SettledPayment => ({ ...toPayment(doc), match: doc.match ?? null });

function toFilter(organisationId: string, filter: PaymentFilter): Filter<PaymentDoc> & { organisationId: string } {
  const { ids, from, to, ...equal } = filter;
  const named = Object.fromEntries(
    Object.entries(equal).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const receivedAt = { ...(from ? { $gte: from } : {}), ...(to ? { $lt: to } : {}) };
  return {
    organisationId,
    ...named,
    ...(ids ? { _id: { $in: ids } } : {}),
    ...(from || to ? { receivedAt } : {}),
  };
}
