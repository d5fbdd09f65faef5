import { ConflictError, InvalidError } from '@malipo/service-kit/errors';

/** What people arrange about money that waits, beside the decision itself: it moves no cent. */
export type Review = {
  assigneeId: string | null;
  /** Out of the queue until then; it comes back by itself. */
  holdUntil: Date | null;
  holdReason: string | null;
  notes: readonly Note[];
  log: readonly ReviewLine[];
  /** One more with each change. */
  version: number;
};

export type Note = { id: string; who: string; at: Date; text: string };
export type ReviewLine = { who: string; at: Date; what: 'assigned' | 'held' | 'released' | 'noted'; why: string };

export type ReviewAct = { who: string; at: Date };

export const NO_REVIEW: Review = {
  assigneeId: null,
  holdUntil: null,
  holdReason: null,
  notes: [],
  log: [],
  version: 0,
};

const DAY_MS = 86_400_000;
const MAX_HOLD_DAYS = 366;
export const MAX_NOTES = 200;
/** So many arrangements are remembered of one payment, the newest. */
const MAX_LOG = 500;

/** Somebody's business from now on, or nobody's. The same again changes nothing. */
export const assign = (review: Review, assigneeId: string | null, act: ReviewAct): Review =>
  review.assigneeId === assigneeId ? review : noted({ ...review, assigneeId }, act, 'assigned', assigneeId ?? 'nobody');

/** @throws {InvalidError} hold_not_ahead, hold_too_long */
export function hold(review: Review, until: Date, reason: string, act: ReviewAct): Review {
  if (until <= act.at) throw pointed('hold_not_ahead', 'name a time in the future');
  if (until.getTime() > act.at.getTime() + MAX_HOLD_DAYS * DAY_MS)
    throw pointed('hold_too_long', `hold it for ${MAX_HOLD_DAYS} days at most`);
  if (review.holdUntil?.getTime() === until.getTime() && review.holdReason === reason) return review;
  return noted(
    { ...review, holdUntil: until, holdReason: reason },
    act,
    'held',
    `until ${until.toISOString()}: ${reason}`,
  );
}

const pointed = (code: string, detail: string) =>
  new InvalidError(code, detail, { fields: [{ pointer: '#/until', detail }] });

/** Back into the queue before its time. */
export const release = (review: Review, act: ReviewAct): Review =>
  isHeld(review, act.at) ? noted({ ...review, holdUntil: null, holdReason: null }, act, 'released', '') : review;

/** @param id the same note again changes nothing @throws {ConflictError} too_many_notes */
export function note(review: Review, id: string, text: string, act: ReviewAct): Review {
  if (review.notes.some((one) => one.id === id)) return review;
  if (review.notes.length >= MAX_NOTES)
    throw new ConflictError('too_many_notes', `there are ${MAX_NOTES} notes already`);
  return noted({ ...review, notes: [...review.notes, { id, ...act, text }] }, act, 'noted', text);
}

export const isHeld = (review: Review, now: Date): boolean => review.holdUntil !== null && review.holdUntil > now;

/** When somebody should have decided: so long after it arrived, and never before a hold has ended. */
export function dueAt(queuedAt: Date, review: Review, reviewHours: number): Date {
  const due = new Date(queuedAt.getTime() + reviewHours * 3_600_000);
  return review.holdUntil !== null && review.holdUntil > due ? review.holdUntil : due;
}

const noted = (review: Review, { who, at }: ReviewAct, what: ReviewLine['what'], why: string): Review => ({
  ...review,
  log: [...review.log, { who, at, what, why }].slice(-MAX_LOG),
  version: review.version + 1,
});
