import { type Collection, findByIds, MongoBulkWriteError } from '@malipo/service-kit';
import { type Delivery, hear, newsOf } from '../domain/delivery.ts';
import { toUpdate } from './change-deliveries.ts';
import { type Row, toDelivery, toRow } from './delivery-row.ts';

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

/**
 * Tells newer decisions to deliveries that are there, each as `hear` says of what it holds; again where somebody else was
 * first, until nothing is new to any.
 */
export async function tellNewer(rows: Collection<Row>, newer: readonly Delivery[], now: Date): Promise<void> {
  for (let left = newer; left.length > 0; ) {
    const held = await findByIds(
      rows,
      left.map(({ id }) => id),
    );
    const news = new Map(left.map((delivery) => [delivery.id, newsOf(delivery)]));
    const changes = held.map(toDelivery).flatMap((before) => {
      const told = news.get(before.id);
      const after = told && hear(before, told, now);
      return after ? [{ before, after: { ...after, version: before.version + 1 } }] : [];
    });
    if (changes.length === 0) return;
    const operations = changes.map((change) => {
      const { filter, update } = toUpdate(change);
      return { updateOne: { filter: { ...filter, version: change.before.version }, update } };
    });
    const { matchedCount } = await rows.bulkWrite(operations, { ordered: false });
    if (matchedCount === changes.length) return;
    const changed = new Set(changes.map(({ after }) => after.id));
    left = left.filter(({ id }) => changed.has(id));
  }
}

/**
 * A receipt that did not leave yet is not sent when the money was taken back. Where there is none, the decision was
 * overtaken that would have made it: its place is taken, so that it finds a newer one there.
 * @param undone as they are set down where nothing is: skipped, with the version of what took the money back
 */
export async function cancelQueued(rows: Collection<Row>, undone: readonly Delivery[], now: Date): Promise<void> {
  const known = await insertNew(rows, undone);
  await tellNewer(
    rows,
    undone.filter(({ id }) => known.has(id)),
    now,
  );
}
