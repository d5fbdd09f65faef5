import {
  type AnyBulkWriteOperation,
  appending,
  type Collection,
  type Db,
  type Filter,
  listPage,
  MongoBulkWriteError,
  type OutgoingEvent,
  type PageQuery,
  RaceLostError,
  type WithOutbox,
} from '@malipo/service-kit';
import type { Message } from '../domain/addressing.ts';
import type { Delivery, DeliveryStatus, Medium, Mode } from '../domain/delivery.ts';

type Row = Omit<Delivery, 'id'> & WithOutbox & { _id: string; claim?: string };

/** One sender's share of the queue. */
export type Lane = { medium: Medium; mode: Mode };
export type Claim = { delivery: Delivery; message: Message };

/** Deliveries: one document each, compare-and-set on its version. */
export function createDeliveryStore(db: Db) {
  const rows = db.collection<Row>('deliveries');
  const one = async (filter: Filter<Row>) => {
    const row = await rows.findOne(filter);
    return row ? toDelivery(row) : undefined;
  };
  return {
    insertNew: (deliveries: readonly Delivery[]) => insertNew(rows, deliveries),
    tellNewer: (deliveries: readonly Delivery[]) => tellNewer(rows, deliveries),
    cancelQueued: (undone: readonly { ids: readonly string[]; matchVersion: number }[], at: Date) =>
      cancelQueued(rows, undone, at),
    due: async ({ medium, mode }: Lane, now: Date, limit: number): Promise<Delivery[]> =>
      (
        await rows
          .find({ medium, mode, status: 'queued', dueAt: { $lte: now } })
          .sort({ dueAt: 1 })
          .limit(limit)
          .toArray()
      ).map(toDelivery),
    claim: (claims: readonly Claim[], token: string, now: Date) => claim(rows, claims, token, now),
    save: (before: Delivery, after: Delivery, events: readonly OutgoingEvent[], now: Date) =>
      save(rows, before, after, events, now),
    find: (organisationId: string, id: string) => one({ _id: id, organisationId }),
    findById: (id: string) => one({ _id: id }),
    findByProviderId: (id: string) => one({ providerIds: id, 'providerIds.0': { $exists: true } }),
    /** SMS to this number whose end is open, claimed after `since`: at most two are enough to know that it is not one. */
    unsettledTo: async (to: string, since: Date): Promise<Delivery[]> =>
      (
        await rows
          .find({ to, status: { $in: ['claimed', 'unknown'] }, medium: 'sms', claimedAt: { $gte: since } })
          .limit(2)
          .toArray()
      ).map(toDelivery),
    claimedBefore: async (before: Date, limit: number): Promise<Delivery[]> =>
      (
        await rows
          .find({ status: 'claimed', claimedAt: { $lt: before } })
          .limit(limit)
          .toArray()
      ).map(toDelivery),
    list: (organisationId: string, by: ListFilter, query: PageQuery) =>
      listPage<Row, Delivery>(rows, { organisationId, ...by }, 'queuedAt', query, toDelivery),
  };
}

export type DeliveryStore = ReturnType<typeof createDeliveryStore>;
export type ListFilter = { status?: DeliveryStatus; paymentId?: string; customerId?: string };

/** Inserts what is not there. @returns the ids that were there already */
async function insertNew(rows: Collection<Row>, deliveries: readonly Delivery[]): Promise<Set<string>> {
  if (deliveries.length === 0) return new Set();
  try {
    await rows.insertMany(deliveries.map(toRow), { ordered: false });
    return new Set();
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const failures = [error.writeErrors].flat();
    if (failures.length === 0 || failures.some((failure) => failure.code !== 11000)) throw error;
    return new Set(failures.map((failure) => deliveries[failure.index]?.id ?? ''));
  }
}

/** A newer decision about money whose receipt did not leave yet: the receipt tells the newer one. */
async function tellNewer(rows: Collection<Row>, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  const operations = deliveries.map(
    ({ id, matchVersion, facts, customerId, payerMsisdn, cause, queuedAt, dueAt, expiresAt }) => ({
      updateOne: {
        filter: {
          _id: id,
          matchVersion: { $lt: matchVersion },
          $or: [{ status: 'queued' as const }, { status: 'skipped' as const, reason: 'undone' }],
          attempts: 0,
        },
        update: {
          $set: {
            matchVersion,
            facts,
            customerId,
            payerMsisdn,
            cause,
            queuedAt,
            dueAt,
            expiresAt,
            status: 'queued' as const,
            reason: null,
          },
          $inc: { version: 1 },
        },
      },
    }),
  );
  await rows.bulkWrite(operations, { ordered: false });
}

/** A receipt that did not leave yet is not sent when the money was taken back. */
async function cancelQueued(
  rows: Collection<Row>,
  undone: readonly { ids: readonly string[]; matchVersion: number }[],
  at: Date,
): Promise<void> {
  if (undone.length === 0) return;
  const operations = undone.map(({ ids, matchVersion }) => ({
    updateMany: {
      filter: { _id: { $in: [...ids] }, status: 'queued' as const, matchVersion: { $lt: matchVersion } },
      update: {
        $set: { status: 'skipped' as const, reason: 'undone', matchVersion, settledAt: at },
        $inc: { version: 1 },
      },
    },
  }));
  await rows.bulkWrite(operations, { ordered: false });
}

/** Claims what is still as it was read, before anything is sent. @returns what was won, ready to be sent */
async function claim(
  rows: Collection<Row>,
  claims: readonly Claim[],
  token: string,
  now: Date,
): Promise<Map<string, Delivery>> {
  const operations: AnyBulkWriteOperation<Row>[] = claims.map(({ delivery, message: { to, subject, text } }) => ({
    updateOne: {
      filter: { _id: delivery.id, version: delivery.version, status: 'queued' },
      update: {
        $set: { status: 'claimed', claim: token, claimedAt: now, to, subject, text, reason: null },
        $inc: { version: 1, attempts: 1 },
      },
    },
  }));
  await rows.bulkWrite(operations, { ordered: false });
  const won = await rows.find({ _id: { $in: claims.map(({ delivery }) => delivery.id) }, claim: token }).toArray();
  return new Map(won.map((row) => [row._id, toDelivery(row)]));
}

async function save(
  rows: Collection<Row>,
  before: Delivery,
  after: Delivery,
  events: readonly OutgoingEvent[],
  now: Date,
): Promise<void> {
  const { $set, $push } = appending(events, now);
  const { _id, ...fields } = toRow(after);
  const { modifiedCount } = await rows.updateOne({ _id, version: before.version }, {
    $set: { ...fields, ...$set },
    ...(events.length > 0 ? { $push } : {}),
  } as object);
  if (modifiedCount === 0) throw new RaceLostError(`delivery ${_id}`);
}

const toRow = ({ id, ...rest }: Delivery): Row => ({ _id: id, ...rest });

const toDelivery = ({ _id, outbox: _, claim: __, ...rest }: Row): Delivery => ({ id: _id, ...rest });
