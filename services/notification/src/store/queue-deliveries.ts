import { type Collection, MongoBulkWriteError } from '@malipo/service-kit';
import type { Delivery } from '../domain/delivery.ts';
import { type Row, toRow } from './delivery-row.ts';
import { laneOf } from './marks.ts';

/** Inserts what is not there. @returns the ids that were there already */
export async function insertNew(rows: Collection<Row>, deliveries: readonly Delivery[]): Promise<Set<string>> {
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

const QUEUED = { status: 'queued' } as const;
/** Taken back out of the queue, or before it came there. */
const UNDONE = { status: 'skipped', reason: 'undone' } as const;
/**
 * An attempt of one that is undone never left, or it would not have been queued again; unless a person asked for a second
 * one, which may follow one that left: then only a person asks again.
 */
const UNDONE_AND_NOT_SENT = { ...UNDONE, $or: [{ attempts: 0 }, { resolvedBy: null }] };

/**
 * A newer decision about money whose receipt did not leave yet, tried or not: the receipt tells the newer one. The status
 * says so: what is under way, or of unknown fate, is not `queued`.
 */
export async function tellNewer(rows: Collection<Row>, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  const operations = deliveries.map(
    ({ id, medium, mode, matchVersion, facts, customerId, payerMsisdn, cause, queuedAt, dueAt, expiresAt }) => ({
      updateOne: {
        filter: {
          _id: id,
          matchVersion: { $lt: matchVersion },
          $or: [QUEUED, UNDONE_AND_NOT_SENT],
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

/**
 * A receipt that did not leave yet is not sent when the money was taken back. Where there is none, the decision was
 * overtaken that would have made it: its place is taken, so that it finds a newer one there.
 * @param undone as they are set down where nothing is: skipped, with the version of what took the money back
 */
export async function cancelQueued(rows: Collection<Row>, undone: readonly Delivery[]): Promise<void> {
  const known = await insertNew(rows, undone);
  if (known.size === 0) return;
  const operations = undone
    .filter(({ id }) => known.has(id))
    .map(({ id, status, reason, matchVersion, settledAt }) => ({
      updateOne: {
        filter: { _id: id, matchVersion: { $lt: matchVersion }, $or: [QUEUED, UNDONE] },
        update: {
          $set: { status, reason, matchVersion, settledAt },
          $unset: { waitsFor: '' as const, waitsSince: '' as const },
          $inc: { version: 1 },
        },
      },
    }));
  await rows.bulkWrite(operations, { ordered: false });
}
