import type { EventDefinition } from '../event.ts';
import type { Received, ReceivedOf } from './received.ts';

export type Subscription = {
  /** The consumer group is `<service>.<name>`. */
  name: string;
  events: readonly EventDefinition[];
  /** Gets up to `maxSlice` events from all its partitions, each partition's in order. Its effects must bear repetition. */
  handle(slice: readonly Received[]): Promise<void>;
  maxSlice?: number;
  /**
   * At least so long from slice to slice, 50 ms by default: what comes meanwhile fills the next one. A slice costs the same
   * dozen commands for one event as for two hundred. The first event after a rest waits for nothing, and where more waits
   * already there is no rest.
   */
  paceMs?: number;
  /**
   * It follows the money instead of moving it. Where it is behind, it rests three times as long as it worked: on a busy machine
   * work takes longer, so does the rest, and the money goes first; on an idle one it catches up in no time.
   */
  standsBack?: boolean;
  /**
   * How long it does so at a stretch: behind for longer, it rests no more until it has caught up. It may stand back for ever
   * by default; what rests three quarters of the time may be behind for as long as much comes in.
   */
  standsBackForMs?: number;
  /**
   * Asked before each fetch: of which organisations are events wanted at all? The others' are passed over unread, and while
   * nothing is wanted nothing is fetched. Everything is wanted by default.
   */
  wants?(): Promise<Wanted>;
  /** Told before the first slice of a turn that it reads, and that it does not where Kafka is out of reach or the turn over. */
  onReading?(isReading: boolean): void;
};

export type Wanted = ((organisationId: string) => boolean) | 'nothing';

type Typed<Definition extends EventDefinition> = Omit<Subscription, 'events' | 'handle'> & {
  events: readonly Definition[];
  handle(slice: readonly ReceivedOf<Definition>[]): Promise<void>;
};

/** Types a subscription's handler by its events, so that `event.type` tells their data apart. */
export const subscription = <Definition extends EventDefinition>({
  handle,
  ...rest
}: Typed<Definition>): Subscription => ({
  ...rest,
  // the worker hands over only what it has read with the schemas of `events`
  handle: (slice) => handle(slice as readonly ReceivedOf<Definition>[]),
});

const REST_TO_WORK = 3;
/** So that a slow moment is not followed by a long silence. */
const LONGEST_REST_MS = 6_000;

/** One slice of work; times in milliseconds. `hasMore`: more waited at the broker when it began. */
type Slice = { began: number; ended: number; hasMore: boolean };

/** Tells after each slice of a consumer how many milliseconds it rests; none where a service is told to take one message at a time. */
export function createRests({ subscription, maxBatch }: Bounds): (slice: Slice) => number {
  const { paceMs = 50, standsBack = false, standsBackForMs = Number.POSITIVE_INFINITY } = subscription;
  let behindSince: number | undefined;
  return ({ began, ended, hasMore }) => {
    behindSince = hasMore ? (behindSince ?? began) : undefined;
    const workedMs = ended - began;
    if (maxBatch <= 1) return 0;
    if (behindSince === undefined) return Math.max(0, paceMs - workedMs);
    const goesLast = standsBack && ended - behindSince < standsBackForMs;
    return goesLast ? Math.min(REST_TO_WORK * workedMs, LONGEST_REST_MS) : 0;
  };
}

type Bounds = { subscription: Subscription; maxBatch: number };

const DEFAULT_SLICE = 200;

/** Events per slice: the subscription's wish, 200 by default; one where a service is told to take one message at a time. */
export const maxSliceOf = ({ subscription, maxBatch }: Bounds): number =>
  maxBatch <= 1 ? 1 : (subscription.maxSlice ?? Math.min(DEFAULT_SLICE, maxBatch));
