import { UnavailableError } from './errors.ts';

export type GroupCommit<Item, Result> = {
  /** Resolves after the item's own write is durable. @throws {UnavailableError} queue_full */
  (item: Item): Promise<Result>;
  /** Items waiting or being written. */
  depth(): number;
  /** Resolves when nothing waits and nothing is in flight. */
  idle(): Promise<void>;
};

export type GroupCommitOptions = {
  maxBatch?: number;
  maxQueue?: number;
  inFlight?: number;
  /**
   * At most one write begins in so many milliseconds. The first after a rest begins at once; under a steady trickle of
   * calls, each of which would be a write of its own, batches fill instead.
   */
  paceMs?: number;
  /** So many items are worth a write of their own: with these it begins at once, whatever the pace. */
  enough?: number;
  onBatch?: (size: number, ms: number) => void;
};

type Waiting<Item, Result> = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void };

/**
 * Gathers concurrent calls into one write: while a write is in flight, whatever arrives becomes the next batch. A lone call
 * waits for nothing, and under load batches grow by themselves.
 * @param write gets a batch in order of arrival and answers one result per item, or throws for all of them
 * @see docs/adr/0004-batches.md
 */
export function groupCommit<Item, Result>(
  write: (items: Item[]) => Promise<Result[]>,
  { maxBatch = 500, maxQueue = 20_000, inFlight = 2, paceMs = 0, enough = maxBatch, onBatch }: GroupCommitOptions = {},
): GroupCommit<Item, Result> {
  let queue: Waiting<Item, Result>[] = [];
  let writing = 0;
  let running = 0;
  let scheduled = false;
  let notBefore = 0;
  let idlers: (() => void)[] = [];

  let timer: NodeJS.Timeout | undefined;
  const isPaced = paceMs > 0 && maxBatch > 1;

  const pump = () => {
    scheduled = false;
    timer = undefined;
    while (queue.length > 0 && running < inFlight) {
      if (isPaced && queue.length < enough && isTooEarly()) return;
      notBefore = performance.now() + paceMs;
      const batch = queue.length <= maxBatch ? queue : queue.slice(0, maxBatch);
      queue = queue.length <= maxBatch ? [] : queue.slice(maxBatch);
      void flush(batch);
    }
  };

  /** Comes back by itself when it is time. */
  const isTooEarly = (): boolean => {
    const early = notBefore - performance.now();
    if (early <= 0) return false;
    scheduled = true;
    timer = setTimeout(pump, early);
    return true;
  };

  const flush = async (batch: Waiting<Item, Result>[]) => {
    running++;
    writing += batch.length;
    const started = performance.now();
    try {
      const results = await write(batch.map((entry) => entry.item));
      if (results.length !== batch.length) throw new Error(`${batch.length} items got ${results.length} results`);
      for (const [index, entry] of batch.entries()) entry.resolve(results[index] as Result);
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    }
    onBatch?.(batch.length, performance.now() - started);
    running--;
    writing -= batch.length;
    goOn();
  };

  const goOn = () => {
    if (queue.length > 0 && !scheduled) pump();
    if (depth() > 0) return;
    for (const idle of idlers) idle();
    idlers = [];
  };

  const commit = (item: Item): Promise<Result> => {
    if (queue.length >= maxQueue)
      return Promise.reject(new UnavailableError('queue_full', 'too much at once; try again shortly'));
    return new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      if (timer && queue.length >= enough) clearTimeout(timer);
      else if (scheduled || running >= inFlight) return;
      timer = undefined;
      scheduled = true;
      setImmediate(pump); // one turn of the event loop: what arrived together is written together
    });
  };
  const depth = () => queue.length + writing;
  const idle = () => (depth() === 0 ? Promise.resolve() : new Promise<void>((resolve) => idlers.push(resolve)));
  return Object.assign(commit, { depth, idle });
}
