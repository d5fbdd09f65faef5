import { insertAll, type Mongo, RaceLostError, updateAll } from '@malipo/service-kit';
import type { Judgement } from '../domain/judgement.ts';
import type { Collections } from './collections.ts';
import { fromJudgement, type JudgementDoc, type LearnerDoc, toJudgement } from './learning.ts';

/**
 * Writes judgements together with how far the log is judged. What looks and refits count down meanwhile stays so.
 * @param known the ids of those that were there before
 * @throws {RaceLostError} another replica has judged this part of the log, or another look found drift in it
 */
export async function saveJudgements(
  { mongo, collections }: { mongo: Mongo; collections: Collections },
  before: LearnerDoc,
  after: LearnerDoc,
  judgements: readonly Judgement[],
  known: ReadonlySet<string>,
): Promise<void> {
  const { _id, ...fields } = after;
  await mongo.transaction(async (session) => {
    const { seq, drift } = fields;
    const added = {
      unlooked: after.unlooked - before.unlooked,
      decisionsSinceFit: after.decisionsSinceFit - before.decisionsSinceFit,
    };
    const change =
      before.seq === 0
        ? await collections.learners.updateOne({ _id, seq: 0 }, { $set: fields }, { session, upsert: true })
        : await collections.learners.updateOne(
            { _id, seq: before.seq, 'drift.changedAt': before.drift.changedAt },
            { $set: { seq, drift }, $inc: added },
            { session },
          );
    if (change.matchedCount + change.upsertedCount !== 1) throw new RaceLostError(`the judgements of ${_id}`);
    const docs = judgements.map(fromJudgement);
    await insertAll(
      collections.judgements,
      docs.filter((doc) => !known.has(doc._id)),
      session,
    );
    const changed = docs.filter((doc) => known.has(doc._id));
    await updateAll(
      collections.judgements,
      changed.map((doc) => ({ filter: { _id: doc._id }, update: doc })),
      session,
    );
  });
}

/** An end is known by a person's word, or because nobody objected for long enough. */
const ends = (stoodBefore: Date) => [
  { verdict: { $ne: null } },
  { outcome: 'auto' as const, at: { $lt: stoodBefore }, takenAt: { $not: { $gte: stoodBefore } } },
];

/** What was decided since a moment, for the first time or on money that had waited; each of the two has its index. */
const takenSince = (since: Date) => ({ $or: [{ at: { $gte: since } }, { takenAt: { $gte: since } }] });

export function createJudgementReads({ judgements }: Collections) {
  const found = async (rows: { toArray(): Promise<JudgementDoc[]> }) => (await rows.toArray()).map(toJudgement);
  return {
    /** The latest decisions, newest first. */
    latest: (organisationId: string, limit: number) =>
      found(judgements.find({ organisationId, isGone: false }).sort({ at: -1 }).limit(limit)),

    /** What people judged last, after a moment, newest first. */
    judgedAfter: (organisationId: string, after: Date, limit: number) =>
      found(
        judgements
          .find({ organisationId, isGone: false, verdictAt: { $gt: after } })
          .sort({ verdictAt: -1 })
          .limit(limit),
      ),

    /** Payments with a known end that a challenger was scored on beside the model in force, newest first. */
    scoredBy: (organisationId: string, challenger: string, time: { since: Date; stoodBefore: Date }, limit: number) =>
      found(
        judgements
          .find({
            organisationId,
            isGone: false,
            at: { $gte: time.since },
            'shadow.model': challenger,
            $or: ends(time.stoodBefore),
          })
          .sort({ at: -1 })
          .limit(limit),
      ),

    /** Payments whose end is known, oldest first. */
    known: async (organisationId: string, stoodBefore: Date, limit: number) => {
      const rows = judgements
        .find({ organisationId, isGone: false, $or: ends(stoodBefore) })
        .sort({ at: -1 })
        .limit(limit);
      return (await found(rows)).reverse();
    },

    /** Payments that people judged, counted up to a limit. */
    byPeople: (organisationId: string, limit: number) =>
      judgements.countDocuments({ organisationId, isGone: false, verdictAt: { $gt: new Date(0) } }, { limit }),

    /** Automatic decisions of a model that people took back since a moment; few, and read by the index of verdicts. */
    overturned: (organisationId: string, model: string, since: Date) =>
      judgements.countDocuments({
        organisationId,
        verdictAt: { $gte: since },
        verdict: 'undone',
        model,
        isGone: false,
        ...takenSince(since),
      }),

    automatic: (organisationId: string, model: string, since: Date) =>
      judgements.countDocuments({ organisationId, model, outcome: 'auto', isGone: false, ...takenSince(since) }),
  };
}

export type JudgementReads = ReturnType<typeof createJudgementReads>;
