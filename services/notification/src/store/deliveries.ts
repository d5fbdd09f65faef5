import {
  type ClientSession,
  type Collection,
  type Db,
  type Filter,
  listPage,
  MongoBulkWriteError,
  type PageQuery,
  type Tx,
  type Update,
  updateAll,
} from '@malipo/service-kit';
import type { Message } from '../domain/addressing.ts';
import {
  claim as claimDelivery,
  type Delivery,
  type DeliveryStatus,
  deliveryId,
  MEDIA,
  type Medium,
  type Mode,
} from '../domain/delivery.ts';
import { changeOfMarks, END, laneOf, type Marks, marksOf } from './marks.ts';

type Row = Omit<Delivery, 'id'> & Marks & { _id: string };

/** One sender's share of the queue. */
export type Lane = { medium: Medium; mode: Mode };
export type Claim = { delivery: Delivery; message: Message };
/** A change to write, unless somebody else was first. */
export type Change = { before: Delivery; after: Delivery };

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
    due: async (lane: Lane, { since, until }: { since: Date; until: Date }, limit: number): Promise<Delivery[]> =>
      (
        await rows
          .find({ waitsFor: laneOf(lane), waitsSince: { $gte: since, $lte: until } })
          .sort({ waitsSince: 1 })
          .limit(limit)
          .toArray()
      ).map(toDelivery),
    claim: (claims: readonly Claim[], now: Date, session: ClientSession) => claim(rows, claims, now, session),
    save: (changes: readonly Change[], tx: Tx) => save(rows, changes, tx),
    find: (organisationId: string, id: string) => one({ _id: id, organisationId }),
    findById: (id: string) => one({ _id: id }),
    /** By a provider's id for an attempt; the second condition is what makes the partial index fit. */
    findByProviderIds: async (ids: readonly string[]): Promise<Delivery[]> =>
      (await rows.find({ providerIds: { $in: [...ids] }, 'providerIds.0': { $exists: true } }).toArray()).map(
        toDelivery,
      ),
    /** SMS to this number whose end is open, claimed after `since`: at most two are enough to know that it is not one. */
    unsettledTo: async (to: string, since: Date): Promise<Delivery[]> =>
      (
        await rows
          .find({ to, medium: 'sms', waitsFor: END, waitsSince: { $gte: since } })
          .limit(2)
          .toArray()
      ).map(toDelivery),
    claimedBefore: async (before: Date, limit: number): Promise<Delivery[]> =>
      (
        await rows
          .find({ status: 'claimed', waitsFor: END, waitsSince: { $lt: before } })
          .limit(limit)
          .toArray()
      ).map(toDelivery),
    list: (organisationId: string, { paymentId, ...by }: ListFilter, query: PageQuery) => {
      const ofPayment = paymentId ? { _id: { $in: MEDIA.map((medium) => deliveryId(paymentId, medium)) } } : {};
      const rare = by.status === 'unknown' || by.status === 'failed' ? { care: by.status } : {};
      return listPage<Row, Delivery>(
        rows,
        { organisationId, ...by, ...rare, ...ofPayment },
        'queuedAt',
        query,
        toDelivery,
      );
    },
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
    ({ id, medium, mode, matchVersion, facts, customerId, payerMsisdn, cause, queuedAt, dueAt, expiresAt }) => ({
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
            waitsFor: laneOf({ medium, mode }),
            waitsSince: dueAt,
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
        $unset: { waitsFor: '' as const, waitsSince: '' as const },
        $inc: { version: 1 },
      },
    },
  }));
  await rows.bulkWrite(operations, { ordered: false });
}

/**
 * Claims what is still queued as it was read, before anything is sent. What the transaction read cannot have been changed
 * by somebody else when it commits, so that updates go by `_id` alone.
 * @returns what was won, ready to be sent
 */
async function claim(
  rows: Collection<Row>,
  claims: readonly Claim[],
  now: Date,
  session: ClientSession,
): Promise<Map<string, Delivery>> {
  const held = await versionsOf(
    rows,
    claims.map(({ delivery }) => delivery.id),
    session,
  );
  const won = claims.filter(
    ({ delivery }) => delivery.status === 'queued' && held.get(delivery.id) === delivery.version,
  );
  const changes = won.map(({ delivery, message }) => ({
    before: delivery,
    after: claimDelivery(delivery, message, now),
  }));
  await updateAll(rows, changes.map(toUpdate), session);
  return new Map(changes.map(({ after }) => [after.id, after]));
}

/** @returns for each change whether it was written: not where somebody else was first */
async function save(rows: Collection<Row>, changes: readonly Change[], { session }: Tx): Promise<boolean[]> {
  const held = await versionsOf(
    rows,
    changes.map(({ before }) => before.id),
    session,
  );
  const won = changes.map(({ before, after }) => {
    if (held.get(before.id) !== before.version) return false;
    held.set(before.id, after.version);
    return true;
  });
  await updateAll(rows, changes.filter((_change, index) => won[index]).map(toUpdate), session);
  return won;
}

async function versionsOf(
  rows: Collection<Row>,
  ids: readonly string[],
  session: ClientSession,
): Promise<Map<string, number>> {
  const found = rows.find({ _id: { $in: [...ids] } }, { projection: { version: 1 }, session });
  return new Map((await found.toArray()).map((row) => [row._id, row.version]));
}

function toUpdate({ before, after }: Change): Update<Row> {
  const { set, unset } = changeOfMarks(before, after);
  return {
    filter: { _id: after.id },
    update: {
      $set: { ...differences(before, after), ...set },
      ...(Object.keys(unset).length > 0 ? { $unset: unset } : {}),
    },
  };
}

/** Only what changed: what is set anew costs the indexes and the log, changed or not. */
function differences(before: Delivery, after: Delivery): Partial<Omit<Row, '_id'>> {
  const { id: _, ...row } = after;
  const old: Record<string, unknown> = before;
  return Object.fromEntries(Object.entries(row).filter(([field, value]) => old[field] !== value));
}

const toRow = ({ id, ...rest }: Delivery): Row => ({ _id: id, ...rest, ...marksOf(rest) });

const toDelivery = ({ _id, waitsFor: _f, waitsSince: _s, care: _c, ...rest }: Row): Delivery => ({ id: _id, ...rest });
