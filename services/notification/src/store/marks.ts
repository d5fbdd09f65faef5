import type { Delivery } from '../domain/delivery.ts';

/**
 * Fields that exist only while a delivery is in a state that somebody looks for. Indexes hold these instead of the
 * status: a delivery changes its status three times, and each index that an update may touch costs half as much as the
 * update itself.
 */
export type Marks = {
  /** While it waits in the queue: when it is due. */
  queuedFor?: Date;
  /** While nobody knows its end: when it was claimed. */
  openSince?: Date;
  /** While it wants a person. */
  care?: 'unknown' | 'failed';
};

type State = Pick<Delivery, 'status' | 'dueAt' | 'claimedAt'>;

export function marksOf({ status, dueAt, claimedAt }: State): Marks {
  const isOpen = status === 'claimed' || status === 'unknown';
  return {
    ...(status === 'queued' ? { queuedFor: dueAt } : {}),
    ...(isOpen && claimedAt ? { openSince: claimedAt } : {}),
    ...(status === 'unknown' || status === 'failed' ? { care: status } : {}),
  };
}

/** What to set and what to take away, so that a row in one state is marked for another. */
export function changeOfMarks(before: State, after: State): { set: Marks; unset: Partial<Record<keyof Marks, ''>> } {
  const [old, now] = [marksOf(before), marksOf(after)];
  const gone = (Object.keys(old) as (keyof Marks)[]).filter((mark) => now[mark] === undefined);
  const set = Object.fromEntries(Object.entries(now).filter(([mark, value]) => old[mark as keyof Marks] !== value));
  return { set, unset: Object.fromEntries(gone.map((mark) => [mark, ''])) };
}
