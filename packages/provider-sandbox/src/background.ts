/** Work that outlives the request which caused it: callbacks that are due later or under way. */
export interface Background {
  /** Runs `work` a delay after `start` (now, by default); counted by `settled`, dropped by `close`. */
  after(delayMs: number, work: () => Promise<unknown> | unknown, start?: Promise<void>): void;
  /** Counts work that is already under way. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Resolves after `delayMs`, or at once when the sandbox closes. */
  delay(delayMs: number): Promise<void>;
  closed(): boolean;
  /** Resolves when nothing is due or under way. @throws the first failure of background work since the last call */
  settled(): Promise<void>;
  close(): void;
}

export function createBackground(): Background {
  const alarms = createAlarms();
  const failures: unknown[] = [];
  let waiting: (() => void)[] = [];
  let pending = 0;

  const release = (): void => {
    pending -= 1;
    if (pending > 0) return;
    for (const resume of waiting) resume();
    waiting = [];
  };
  const track = <T>(work: Promise<T>): Promise<T> => {
    pending += 1;
    void work.then(release, release);
    return work;
  };
  const after: Background['after'] = (delayMs, work, start) => {
    const run = async (): Promise<void> => {
      await start;
      await alarms.delay(delayMs);
      if (!alarms.stopped()) await work();
    };
    track(run()).catch((failure: unknown) => failures.push(failure));
  };
  const settled = async (): Promise<void> => {
    // What ends may start its successor in the same turn, so look again after each wait.
    while (pending > 0) {
      await new Promise<void>((resume) => waiting.push(resume));
      await Promise.resolve();
    }
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
  };
  return { after, track, delay: alarms.delay, closed: alarms.stopped, settled, close: alarms.stop };
}

/** Timers that can all be ended early, so that none outlives the sandbox. */
function createAlarms() {
  const timers = new Map<NodeJS.Timeout, () => void>();
  let stopped = false;
  const delay = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      if (stopped) return resolve();
      const timer = setTimeout(() => {
        timers.delete(timer);
        resolve();
      }, delayMs);
      timers.set(timer, resolve);
    });
  const stop = (): void => {
    stopped = true;
    for (const [timer, resume] of timers) {
      clearTimeout(timer);
      resume();
    }
    timers.clear();
  };
  return { delay, stop, stopped: () => stopped };
}
