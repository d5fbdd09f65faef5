/** Work that outlives the request which caused it: callbacks that are due later or under way. */
export interface Background {
  /** Runs `work` a delay after `start` (now, by default); counted by `settled`, dropped by `close`. */
  after(delayMs: number, work: () => Promise<unknown> | unknown, start?: Promise<void>): void;
  /** Counts work that is already under way. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Resolves after `delayMs`, or at once when the sandbox closes. */
  delay(delayMs: number): Promise<void>;
  readonly closed: boolean;
  /** Resolves when nothing is due or under way. @throws the first failure of background work since the last call */
  settled(): Promise<void>;
  close(): void;
}

export function createBackground(): Background {
  const timers = new Map<NodeJS.Timeout, () => void>();
  const failures: unknown[] = [];
  let waiting: (() => void)[] = [];
  let pending = 0;
  let closed = false;

  const release = (): void => {
    pending -= 1;
    if (pending > 0) return;
    for (const resume of waiting) resume();
    waiting = [];
  };
  const delay = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      if (closed) return resolve();
      const timer = setTimeout(() => {
        timers.delete(timer);
        resolve();
      }, delayMs);
      timers.set(timer, resolve);
    });
  const track = <T>(work: Promise<T>): Promise<T> => {
    pending += 1;
    void work.then(release, release);
    return work;
  };
  const after: Background['after'] = (delayMs, work, start) => {
    const run = async (): Promise<void> => {
      await start;
      await delay(delayMs);
      if (!closed) await work();
    };
    track(run()).catch((failure: unknown) => failures.push(failure));
  };
  const settled = async (): Promise<void> => {
    while (pending > 0) await new Promise<void>((resume) => waiting.push(resume));
    // A promise that ends now may start its successor in the same turn; look again once it had the chance.
    await Promise.resolve();
    if (pending > 0) return settled();
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
  };
  const close = (): void => {
    closed = true;
    for (const [timer, resume] of timers) {
      clearTimeout(timer);
      resume();
    }
    timers.clear();
  };
  return {
    after,
    track,
    delay,
    settled,
    close,
    get closed() {
      return closed;
    },
  };
}
