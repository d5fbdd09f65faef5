import { ObjectId } from 'mongodb';
import type { OutboxRow, outboxOf } from './outbox.ts';

/** By so much the clocks of two machines may differ without that anybody looks. */
const TOLERATED_MS = 5_000;

/**
 * Finds rows of a process whose clock is ahead of ours: by their ids they are never old enough. Those are due that we have
 * seen for so long ourselves.
 * @param ageMs how long
 * @returns at most `limit` of them
 */
export function createRowsAhead(rows: ReturnType<typeof outboxOf>, ageMs: number, limit: number) {
  let seen = new Map<string, number>();
  return async (): Promise<OutboxRow[]> => {
    const from = ObjectId.createFromTime(Math.ceil((Date.now() + TOLERATED_MS) / 1000));
    const ahead = await rows
      .find({ _id: { $gte: from } }, { readConcern: { level: 'majority' } })
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
    const now = performance.now();
    const since = ({ _id }: OutboxRow) => seen.get(_id.toHexString()) ?? now;
    seen = new Map(ahead.map((row) => [row._id.toHexString(), since(row)]));
    return ahead.filter((row) => now - since(row) >= ageMs);
  };
}
