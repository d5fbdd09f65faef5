const MIB = 1024 * 1024;

/** Some 60,000 callbacks: a slow machine of two cores needs four to five seconds for them. */
const LEAST_BYTES = 36 * MIB;
/** What a flood leaves is to be recorded and told within five seconds; the rest is kept for what comes in between. */
const LEFT_MS = 3_500;
/** A stretch shorter than this says little: half a second and more. */
const STRETCH_BYTES = 8 * MIB;

/** How fast the spool is worked off, and so how much of it may wait for a flood to pass. */
export type DrainPace = {
  /**
   * A file was taken.
   * @param isCalm whether nothing floods in: only then is the speed that of a process which does nothing else
   * @param now milliseconds of a clock that only goes forward
   */
  took(bytes: number, isCalm: boolean, now: number): void;
  /** The spool is empty: the time until the next file is nobody's. */
  rested(): void;
  /** So many bytes are worked off in three and a half seconds, as was seen last; 36 MiB before anything was seen, and at least. */
  mayWait(): number;
};

export function createDrainPace(): DrainPace {
  let mayWait = LEAST_BYTES;
  let since: number | undefined;
  let taken = 0;
  const begin = (at: number | undefined) => {
    since = at;
    taken = 0;
  };
  return {
    took(bytes, isCalm, now) {
      if (!isCalm || since === undefined) return begin(isCalm ? now : undefined); // its own work began before
      taken += bytes;
      if (taken < STRETCH_BYTES) return;
      mayWait = Math.max(LEAST_BYTES, (taken / (now - since)) * LEFT_MS);
      begin(now);
    },
    rested: () => begin(undefined),
    mayWait: () => mayWait,
  };
}
