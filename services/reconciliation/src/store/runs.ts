import { type ClientSession, type Filter, lapsed, type Mongo } from '@malipo/service-kit';
import { REPEATED } from '../domain/match.ts';
import { NO_COUNTS, type RunResult, type RunStatus } from '../domain/run.ts';
import type { Collections, OutcomeDoc, RunDoc } from './collections.ts';
import type { MatchDoc } from './match-doc.ts';

type Lease = { owner: string; now: Date };

/** A run under way, for as long as it is this worker's. */
const heldBy = (_id: string, owner: string) => ({ _id, active: true as const, 'lease.owner': owner });

/**
 * Runs and what they made of each payment.
 * @param leaseMs a run is held so long after its last sign of life; then another replica goes on with it
 */
export function createRunStore(
  { runs, outcomes, matches }: Pick<Collections, 'runs' | 'outcomes' | 'matches'>,
  leaseMs: number,
  { transaction }: Pick<Mongo, 'transaction'>,
) {
  /** Writes beside a sign of life, in one step: who slept past its lease changes nothing of what another finished. */
  const holding = (runId: string, { owner, now }: Lease, write: (session: ClientSession) => Promise<unknown>) =>
    transaction(async (session) => {
      const { matchedCount } = await runs.updateOne(
        heldBy(runId, owner),
        { $set: { 'lease.until': new Date(now.getTime() + leaseMs) } },
        { session },
      );
      if (matchedCount === 1) await write(session);
      return matchedCount === 1;
    });
  const countsOf = async (runId: string): Promise<Pick<RunDoc, 'looked' | 'counts'>> => {
    const rows = await outcomes
      .aggregate<{ _id: RunResult; count: number }>([
        { $match: { runId, done: true } },
        { $group: { _id: '$outcome', count: { $sum: 1 } } },
      ])
      .toArray();
    const counts = { ...NO_COUNTS, ...Object.fromEntries(rows.map((row) => [row._id, row.count])) };
    return { counts, looked: rows.reduce((sum, row) => sum + row.count, 0) };
  };
  const end = async (filter: Filter<RunDoc>, runId: string, status: RunStatus, error: string | null, now: Date) => {
    const sums = await countsOf(runId);
    const { matchedCount } = await runs.updateOne(filter, {
      $set: { status, error, finishedAt: now, lease: null, ...sums },
      $unset: { active: '' },
    });
    return matchedCount === 1;
  };
  return {
    countsOf,

    /** Whose turn it is: the oldest that nobody works on. Takes its lease. */
    claim: ({ owner, now }: Lease): Promise<RunDoc | null> => {
      const isOver = lapsed(now, leaseMs).map((until) => ({ 'lease.until': until }));
      return runs.findOneAndUpdate(
        { active: true, $or: [{ lease: null }, ...isOver] },
        { $set: { status: 'running', lease: { owner, until: new Date(now.getTime() + leaseMs) } } },
        { sort: { createdAt: 1 }, returnDocument: 'after' },
      );
    },

    /** Shows signs of life until told to stop: reading a long log may take longer than a lease. */
    keepAlive(runId: string, owner: string, now: () => Date): () => void {
      const renew = () =>
        runs.updateOne(heldBy(runId, owner), { $set: { 'lease.until': new Date(now().getTime() + leaseMs) } });
      const timer = setInterval(() => void renew().catch(() => undefined), leaseMs / 3);
      return () => clearInterval(timer);
    },

    /** Moves on and shows a sign of life. @returns false where it was cancelled or taken over */
    async advance(runId: string, { owner, now }: Lease, at: RunDoc['at']): Promise<boolean> {
      const { matchedCount } = await runs.updateOne(heldBy(runId, owner), {
        $set: { at, failures: 0, 'lease.until': new Date(now.getTime() + leaseMs) },
      });
      return matchedCount === 1;
    },

    /** Gives it back to whoever comes next. @param failures slices that failed in a row */
    release: (runId: string, { owner }: Lease, failures: number) =>
      runs.updateOne(heldBy(runId, owner), { $set: { lease: null, failures } }),

    finish: (runId: string, { owner, now }: Lease, status: RunStatus, error: string | null = null) =>
      end(heldBy(runId, owner), runId, status, error, now),

    cancel: (runId: string, organisationId: string, now: Date) =>
      end({ _id: runId, organisationId, active: true }, runId, 'cancelled', null, now),

    /** What a live run has begun and not finished, as a crash leaves it. */
    begun: (runId: string): Promise<OutcomeDoc[]> =>
      outcomes.find({ runId, done: false }).sort({ position: 1 }).toArray(),

    /** Notes what is about to be looked at; what is noted already stays. @returns false where it was cancelled or taken over */
    begin: (runId: string, lease: Lease, rows: readonly OutcomeDoc[]): Promise<boolean> =>
      holding(runId, lease, async (session) => {
        const upserts = rows.map(({ _id, ...row }) => ({
          updateOne: { filter: { _id }, update: { $setOnInsert: row }, upsert: true },
        }));
        if (upserts.length > 0) await outcomes.bulkWrite(upserts, { session });
      }),

    async conclude(rows: readonly Pick<OutcomeDoc, '_id' | 'outcome' | 'after'>[]): Promise<void> {
      await outcomes.bulkWrite(
        rows.map(({ _id, outcome, after }) => ({
          updateOne: { filter: { _id }, update: { $set: { outcome, after, done: true } } },
        })),
        { ordered: false },
      );
    },

    /** Forgets what was noted. @returns false where it was cancelled or taken over */
    forget: (runId: string, lease: Lease): Promise<boolean> =>
      holding(runId, lease, (session) => outcomes.deleteMany({ runId }, { session })),

    /** What of the period's money a run takes next, after a place in it, oldest first. */
    unresolved: (filter: Filter<MatchDoc>, at: RunDoc['at'], limit: number): Promise<MatchDoc[]> =>
      matches
        .find({
          $and: [
            filter,
            at ? { $or: [{ queuedAt: { $gt: at.queuedAt } }, { queuedAt: at.queuedAt, _id: { $gt: at.id } }] } : {},
          ],
        })
        .sort({ queuedAt: 1, _id: 1 })
        .limit(limit)
        .toArray(),
  };
}

export type RunStore = ReturnType<typeof createRunStore>;

/** A period's money without a home, but for what people decided on and what is no money. */
export const unresolvedIn = (
  organisationId: string,
  mode: 'test' | 'live',
  { from, to }: { from: Date; to: Date },
): Filter<MatchDoc> => ({
  organisationId,
  mode,
  open: true,
  queuedAt: { $gte: from, $lt: to },
  byPerson: false,
  reason: { $ne: REPEATED },
});
