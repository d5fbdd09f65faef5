import { type ClientSession, RaceLostError, updateAll } from '@malipo/service-kit';
import { isOpen, type Match } from '../domain/match.ts';
import { isHeld, release } from '../domain/review.ts';
import type { Unit } from '../domain/unit.ts';
import type { Collections } from './collections.ts';

/**
 * Ends the holds of money that waited and is settled now, in the name of whoever settled it: money that is taken back
 * later waits in the queue like any other. The matches were written in this transaction, so nobody arranges in between.
 * @throws {RaceLostError} what the engine applied is on hold since it was read
 */
export async function releaseHolds(
  { matches }: Collections,
  units: readonly Unit<unknown>[],
  session: ClientSession,
): Promise<void> {
  const settled = new Map(units.flatMap(settledIn));
  if (settled.size === 0) return;
  const held = { _id: { $in: [...settled.keys()] }, 'review.holdUntil': { $ne: null } };
  const rows = await matches.find(held, { session, projection: { review: 1 } }).toArray();
  const updates = rows.flatMap(({ _id, review }) => {
    const { match, at } = settled.get(_id) ?? {};
    if (!review || !match || !at) return [];
    if (match.status === 'auto' && isHeld(review, at)) throw new RaceLostError('the review');
    return [{ filter: { _id }, update: { $set: { review: release(review, { who: match.decidedBy, at }) } } }];
  });
  await updateAll(matches, updates, session);
}

const settledIn = ({ matches, at }: Unit<unknown>): [string, { match: Match; at: Date }][] =>
  [...matches.values()].flatMap(({ before, now }) =>
    before && isOpen(before) && !isOpen(now) ? [[now.paymentId, { match: now, at }]] : [],
  );
