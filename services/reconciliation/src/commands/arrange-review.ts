import { type Caller, ConflictError, InvalidError, NotFoundError, RaceLostError, untilWon } from '@malipo/service-kit';
import { assign, hold, NO_REVIEW, note, type Review, type ReviewAct, release } from '../domain/review.ts';
import type { MatchDoc } from '../store/match-doc.ts';
import type { Deps } from './work.ts';

export type Arrangement = {
  caller: Caller;
  paymentId: string;
  /** The review's version that the caller looked at, where only that one will do. */
  expected?: number | undefined;
};

/** Makes somebody, or nobody, responsible. @throws {InvalidError} assignee_unknown and as `arrange` */
export async function assignReview(deps: Deps, order: Arrangement, userId: string | null): Promise<MatchDoc> {
  const { organisationId } = order.caller;
  if (userId !== null && !(await deps.people.mayDecide(organisationId, userId)))
    throw new InvalidError(
      'assignee_unknown',
      'name a colleague who may decide and has opened the review queue before',
      {
        fields: [{ pointer: '#/userId', detail: 'nobody we know' }],
      },
    );
  return arrange(deps, order, (review, act) => assign(review, userId, act));
}

/** Takes money out of the queue until a time. @throws {InvalidError} hold_not_ahead, hold_too_long and as `arrange` */
export const holdReview = (deps: Deps, order: Arrangement, until: Date, reason: string): Promise<MatchDoc> =>
  arrange(deps, order, (review, act) => hold(review, until, reason, act));

/** Back into the queue at once. @throws as `arrange` */
export const releaseReview = (deps: Deps, order: Arrangement): Promise<MatchDoc> =>
  arrange(deps, order, (review, act) => release(review, act));

/** Keeps a note, also on money that is settled. @throws {ConflictError} too_many_notes and as `arrange` */
export async function noteReview(deps: Deps, order: Arrangement, text: string): Promise<MatchDoc> {
  const id = deps.newId();
  return arrange(deps, order, (review, act) => note(review, id, text, act), { alsoSettled: true });
}

/**
 * Changes what people arranged about a payment, by compare-and-set on the review's own version: it moves no money, so
 * the organisation's `seq` has no part in it. What changes nothing writes nothing.
 * @throws {NotFoundError} match_not_found
 * @throws {ConflictError} already_settled, review_changed
 */
function arrange(
  deps: Deps,
  { caller, paymentId, expected }: Arrangement,
  change: (review: Review, act: ReviewAct) => Review,
  { alsoSettled = false } = {},
): Promise<MatchDoc> {
  const { matches } = deps.collections;
  return untilWon(async () => {
    const doc = await matches.findOne({ _id: paymentId, organisationId: caller.organisationId });
    if (!doc) throw new NotFoundError('match_not_found', `there is no match ${paymentId}`);
    if (!doc.open && !alsoSettled) throw new ConflictError('already_settled', 'this payment waits for nobody any more');
    const before = doc.review ?? NO_REVIEW;
    const review = change(before, { who: caller.userId, at: deps.now() });
    if (review === before) return doc;
    if (expected !== undefined && expected !== before.version)
      throw new ConflictError('review_changed', 'a colleague was here since you looked; look again');
    const same = {
      ...(alsoSettled ? {} : { open: true }),
      ...(doc.review ? { 'review.version': before.version } : { review: { $exists: false } }),
    };
    const { matchedCount } = await matches.updateOne({ _id: paymentId, ...same }, { $set: { review } });
    if (matchedCount === 0) throw new RaceLostError('the review');
    return { ...doc, review };
  });
}
