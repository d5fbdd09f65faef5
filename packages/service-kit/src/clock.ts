/** Waits `ms`, or less when the signal says stop; never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Exponential backoff with equal jitter, in milliseconds: attempt 1 waits half to all of `base`, later ones twice as long each. */
export const backoff = (attempt: number, base = 100, cap = 10_000): number =>
  Math.ceil(Math.min(cap, base * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2));

/** Settles like `work`, or rejects with `late()` after `ms`; the work itself goes on. */
export function within<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** What `work` brings, or `otherwise` where it fails or takes longer than `ms`; never rejects, and the work itself goes on. */
export const inTime = <T, Otherwise>(ms: number, work: Promise<T>, otherwise: Otherwise): Promise<T | Otherwise> =>
  within<T | Otherwise>(ms, work, () => new Error('late')).catch(() => otherwise);

/** Settles like `work`, or with undefined as soon as the signal says stop; the work itself goes on, and its error is nobody's. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
