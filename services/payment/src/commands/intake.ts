import { groupCommit, UnavailableError, within } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { read } from '../domain/read.ts';
import type { Delivery, Reading, RequestFailure, Telling } from '../domain/telling.ts';
import { toUnreadable, type Unreadable } from '../store/unreadable.ts';
import { type Recorded, recordPayments } from './record-payments.ts';
import { type FailureTaken, takeFailures } from './settle-requests.ts';

/** What became of a callback; `cannot_be_recorded` is one of the spool's that the database will never take. */
export type Taken = Recorded | FailureTaken | 'unreadable' | 'spooled' | 'spooled_after_error' | 'cannot_be_recorded';

type IntakeDeps = Pick<Deps, 'payments' | 'requests' | 'unreadable' | 'relay' | 'now' | 'metrics' | 'config'> & {
  /** What waits on the spool. */
  spooledBytes(): number;
};

export type Intake = {
  /** Asked for each callback: whether it may wait for the database. Otherwise too many wait already, and it goes by the spool. */
  hasRoom(): boolean;
  /** Whether a callback found no room just now. */
  isFlooded(): boolean;
  /** Durable in MongoDB when it resolves. @throws {UnavailableError} queue_full, database_slow; or what the driver throws */
  take(delivery: Delivery): Promise<Taken>;
  /** The same for many at once, without a limit of time. */
  takeAll(deliveries: readonly Delivery[]): Promise<void>;
  idle(): Promise<void>;
};

/**
 * A write may take this long; then its callbacks go to the spool instead. The clock is the write's, since one per callback
 * would cost more than it helps: what waits in the queue meanwhile waits beside it.
 */
const PATIENCE_MS = 600;
/** After a slow write nothing is tried for this long, so that the queue does not wait behind it. */
const REST_MS = 1_000;
/**
 * A callback that comes alone waits for nothing; of a stream of them, 75 milliseconds share a transaction, or as many as
 * are worth one. Fewer would cost more than they hasten, more would let the payer's confirmation wait for others.
 */
const QUEUE = { inFlight: 2, paceMs: 75, enough: 36 } as const;
/**
 * So many callbacks wait for the database at a time, or are being written; then the queue is full. A flushed line of a local
 * file costs far less than a write to the database, so that a burst is answered at once and recorded by and by.
 */
const ROOM = 128;
/**
 * Once full, the queue stays closed for this long or until the spool is empty again, so that it empties and the spool is
 * written to in large pieces.
 */
const CLOSED_MS = 1_000;
/** A flood has passed when for this long no callback was refused. */
const FLOOD_MS = 50;

/** Reads what was delivered and stores it, gathered with whatever arrives at the same time. */
export function createIntake(deps: IntakeDeps): Intake {
  const record = recordPayments(deps);
  const fail = takeFailures(deps);
  const keep = async (rows: Unreadable[]) => {
    await deps.unreadable.keep(rows);
    return rows.map(() => 'unreadable' as const);
  };
  const sizes = deps.metrics.sizes('malipo_callback_batch_size', 'callbacks stored by one write');
  const seconds = deps.metrics.seconds('malipo_callback_write_seconds', 'time of one such write');
  const onBatch = (size: number, ms: number) => {
    sizes.observe(size);
    seconds.observe(ms / 1000);
  };
  const queue = { ...QUEUE, maxBatch: deps.config.MALIPO_MAX_BATCH };
  const commitPayment = groupCommit<Telling, Recorded>(impatient(record), { ...queue, onBatch });
  const commitFailure = groupCommit<RequestFailure, FailureTaken>(impatient(fail), queue);
  const commitUnreadable = groupCommit<Unreadable, 'unreadable'>(impatient(keep), queue);
  const depth = () => commitPayment.depth() + commitFailure.depth() + commitUnreadable.depth();
  deps.metrics.gauge('malipo_callback_queue_depth', 'callbacks waiting or being written', [], function () {
    this.set(depth());
  });

  const take = async (delivery: Delivery): Promise<Taken> => {
    const reading = read(delivery);
    if (reading.kind === 'payment') return commitPayment(reading.telling);
    if (reading.kind === 'unreadable') return commitUnreadable(toUnreadable(delivery, reading.reason));
    const outcome = await commitFailure(reading.failure);
    if (outcome === 'unknown_request') await commitUnreadable(toUnreadable(delivery, outcome));
    return outcome;
  };
  const queues = [commitPayment, commitFailure, commitUnreadable];
  return {
    ...roomIn(depth, deps.spooledBytes),
    take,
    takeAll: (deliveries) => takeAll({ record, fail, keep }, deliveries),
    idle: async () => {
      await Promise.all(queues.map((queue) => queue.idle()));
    },
  };
}

function roomIn(depth: () => number, spooledBytes: () => number): Pick<Intake, 'hasRoom' | 'isFlooded'> {
  let closedUntil = 0;
  let refusedAt = Number.NEGATIVE_INFINITY;
  return {
    hasRoom() {
      const now = performance.now();
      if (now >= closedUntil || spooledBytes() === 0) {
        if (depth() < ROOM) return true;
        closedUntil = now + CLOSED_MS;
      }
      refusedAt = now;
      return false;
    },
    isFlooded: () => performance.now() - refusedAt < FLOOD_MS,
  };
}

type Writers = {
  record(tellings: Telling[]): Promise<unknown>;
  fail(failures: RequestFailure[]): Promise<FailureTaken[]>;
  keep(rows: Unreadable[]): Promise<unknown>;
};

async function takeAll({ record, fail, keep }: Writers, deliveries: readonly Delivery[]): Promise<void> {
  const readings = deliveries.map((delivery) => [delivery, read(delivery)] as const);
  await record(readings.flatMap(([, reading]) => (reading.kind === 'payment' ? [reading.telling] : [])));
  const failures = readings.flatMap((one) => (isFailure(one) ? [one] : []));
  const outcomes = await fail(failures.map(([, reading]) => reading.failure));
  const unknown = failures.flatMap(([delivery], index) =>
    outcomes[index] === 'unknown_request' ? [toUnreadable(delivery, 'unknown_request')] : [],
  );
  const unreadable = readings.flatMap(([delivery, reading]) =>
    reading.kind === 'unreadable' ? [toUnreadable(delivery, reading.reason)] : [],
  );
  await keep([...unreadable, ...unknown]);
}

type FailureRead = readonly [Delivery, Extract<Reading, { kind: 'failure' }>];
const isFailure = (one: readonly [Delivery, Reading]): one is FailureRead => one[1].kind === 'failure';

/**
 * Gives up waiting for a write that takes too long. The write itself goes on, beyond those that the queue counts as in
 * flight; the copy in the spool is then known by its delivery.
 */
function impatient<Item, Result>(write: (items: Item[]) => Promise<Result[]>) {
  let restUntil = 0;
  const slow = () => new UnavailableError('database_slow', 'the database takes too long');
  return async (items: Item[]): Promise<Result[]> => {
    if (performance.now() < restUntil) throw slow();
    return within(PATIENCE_MS, write(items), () => {
      restUntil = performance.now() + REST_MS;
      return slow();
    });
  };
}
