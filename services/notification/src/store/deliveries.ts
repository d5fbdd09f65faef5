import { type Db, type Filter, lapsed, listPage, type PageQuery, type Tx } from '@malipo/service-kit';
import {
  type Delivery,
  type DeliveryStatus,
  deliveryId,
  LONGEST_WAIT_MS,
  MEDIA,
  type Medium,
  type Mode,
} from '../domain/delivery.ts';
import { type Change, save } from './change-deliveries.ts';
import { type Row, toDelivery } from './delivery-row.ts';
import { END, LANES, laneOf } from './marks.ts';
import { cancelQueued, insertNew, tellNewer } from './queue-deliveries.ts';

/** One sender's share of the queue. */
export type Lane = { medium: Medium; mode: Mode };

/** Deliveries: one document each, compare-and-set on its version. */
export function createDeliveryStore(db: Db) {
  const rows = db.collection<Row>('deliveries');
  const one = async (filter: Filter<Row>) => {
    const row = await rows.findOne(filter);
    return row ? toDelivery(row) : undefined;
  };
  return {
    insertNew: (deliveries: readonly Delivery[]) => insertNew(rows, deliveries),
    tellNewer: (newer: readonly Delivery[], now: Date) => tellNewer(rows, newer, now),
    cancelQueued: (undone: readonly Delivery[], now: Date) => cancelQueued(rows, undone, now),
    /** @param ahead whether what a clock that was ahead has queued is looked for too: that looks past the end of the lane */
    due: async (
      lane: Lane,
      { since, until, ahead }: { since: Date; until: Date; ahead: boolean },
      limit: number,
    ): Promise<Delivery[]> => {
      const [past, beyond] = lapsed(until, LONGEST_WAIT_MS);
      const waitsFor = laneOf(lane);
      const waits = { waitsFor, waitsSince: { $gte: since, ...past } };
      const filter = ahead ? { $or: [waits, { waitsFor, waitsSince: beyond }] } : waits;
      return (await rows.find(filter).sort({ waitsSince: 1 }).limit(limit).toArray()).map(toDelivery);
    },
    /** Does anything wait to be sent by then, in whatever lane? */
    isDue: async (now: Date): Promise<boolean> => {
      const waitsFor = { $in: [...LANES] };
      const filter = { $or: lapsed(now, LONGEST_WAIT_MS).map((waitsSince) => ({ waitsFor, waitsSince })) };
      return (await rows.findOne(filter, { projection: { _id: 1 } })) !== null;
    },
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
    /** Claimed longer ago than a claim lasts. */
    overdue: async (now: Date, claimMs: number, limit: number): Promise<Delivery[]> => {
      const begun = new Date(now.getTime() - claimMs);
      const $or = lapsed(begun, claimMs).map((waitsSince): Filter<Row> => ({ waitsFor: END, waitsSince }));
      return (await rows.find({ status: 'claimed', $or }).limit(limit).toArray()).map(toDelivery);
    },
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
