import { type Delivery, MEDIA, type Medium, MODES, type Mode } from '../domain/delivery.ts';

/**
 * Fields that exist only while a delivery is in a state that somebody looks for. Indexes hold these instead of the
 * status: a delivery changes its status three times, and each index that an update may touch costs half as much as the
 * update itself; each other index of the collection costs something too.
 */
export type Marks = {
  /** A sender of its lane while it is queued, its end while nobody knows that. */
  waitsFor?: Lane | typeof END;
  /** When it is due while it is queued, when it was claimed while its end is open. */
  waitsSince?: Date;
  /** While it wants a person. */
  care?: 'unknown' | 'failed';
};

type Lane = `${Medium}:${Mode}`;
export const END = 'end';

/** One sender's share of the queue. */
export const laneOf = ({ medium, mode }: { medium: Medium; mode: Mode }): Lane => `${medium}:${mode}`;

export const LANES: readonly Lane[] = MEDIA.flatMap((medium) => MODES.map((mode) => laneOf({ medium, mode })));

type State = Pick<Delivery, 'status' | 'dueAt' | 'claimedAt' | 'medium' | 'mode'>;

/** The marks of a delivery in this state: the queue that it waits in, and whether a person must look. */
export function marksOf(delivery: State): Marks {
  const { status, dueAt, claimedAt } = delivery;
  const isOpen = status === 'claimed' || status === 'unknown';
  return {
    ...(status === 'queued' ? { waitsFor: laneOf(delivery), waitsSince: dueAt } : {}),
    ...(isOpen && claimedAt ? { waitsFor: END, waitsSince: claimedAt } : {}),
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
