import { backoff, pause } from '../clock.ts';
import {
  AppError,
  isDuplicateKey,
  isInfrastructureError,
  isTransactionGivenUp,
  NotYetError,
  RaceLostError,
} from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Received } from './received.ts';

export type SliceOutcome = { parked: { event: Received; error: unknown }[] };

export type Means = {
  /** Works a slice off; must be safe to repeat. */
  handle(slice: readonly Received[]): Promise<void>;
  /** Does the database take other, small transactions right now? */
  othersPass(): Promise<boolean>;
  log: Logger;
  /** Ends the waiting; then the last error is thrown and nothing is parked. */
  stopping: AbortSignal;
};

/**
 * Carries a slice through whatever can go wrong: infrastructure that is down is waited for, a lost race decides again, a
 * passing fault is retried with backoff, and what stays broken is narrowed down to the single poison message. So is a slice
 * that the database gives up again and again: one by one its events may be little enough. A single one that it gives up
 * each time is parked where others go through meanwhile; a change of primary, or a database that is slow, stops them too.
 */
export async function processWithRetry(slice: readonly Received[], means: Means): Promise<SliceOutcome> {
  const error = await attempt(slice, means);
  if (error === undefined) return { parked: [] };
  const [only] = slice;
  if (slice.length === 1 && only) return { parked: [{ event: only, error }] };
  const parked: SliceOutcome['parked'] = [];
  const behind = new Set<string>();
  for (const event of slice) {
    if (behind.has(event.subject.id)) {
      parked.push({
        event,
        error: new AppError('conflict', 'behind_parked', 'an earlier event about the same subject is parked'),
      });
      continue;
    }
    const alone = await attempt([event], means);
    if (alone === undefined) continue;
    parked.push({ event, error: alone });
    behind.add(event.subject.id);
  }
  return { parked };
}

/** Tries until it works or is hopeless. @returns the error that remains, undefined when all is done */
async function attempt(slice: readonly Received[], { handle, othersPass, log, stopping }: Means): Promise<unknown> {
  const seen: Record<Verdict, number> = { infrastructure: 0, oversize: 0, race: 0, fault: 0, permanent: 0 };
  for (;;) {
    try {
      await handle(slice);
      return undefined;
    } catch (error) {
      if (stopping.aborted) throw error;
      const verdict = await judge(error, slice.length, othersPass);
      const count = ++seen[verdict];
      if (count >= TRIES[verdict]) return toTell(error, verdict);
      if (verdict !== 'race')
        log[levelOf(verdict, count)]({ err: error, verdict, count, size: slice.length }, 'slice failed; trying again');
      await pause(verdict === 'race' ? Math.random() * 10 * count : backoff(count, 100, 5_000), stopping);
    }
  }
}

type Verdict = 'infrastructure' | 'oversize' | 'race' | 'fault' | 'permanent';

/** A race is nobody's fault: it is run for some ten seconds, and what is lost for longer is something else. */
const TRIES: Record<Verdict, number> = {
  infrastructure: Number.POSITIVE_INFINITY,
  oversize: 5,
  race: 60,
  fault: 5,
  permanent: 1,
};

/** What is waited for without end is told of at first, and about every minute. */
const levelOf = (verdict: Verdict, count: number): 'debug' | 'warn' =>
  verdict === 'infrastructure' && count % 12 !== 1 ? 'debug' : 'warn';

/** What to say of an error that no further try helps. */
function toTell(error: unknown, verdict: Verdict): unknown {
  if (verdict !== 'oversize') return error;
  const message = `the database gives its transaction up each time, while others go through (${String(error)})`;
  return new AppError('too_large', 'transaction_given_up', message, { cause: error });
}

async function judge(error: unknown, size: number, othersPass: Means['othersPass']): Promise<Verdict> {
  if (error instanceof RaceLostError || isDuplicateKey(error)) return 'race';
  if (isTransactionGivenUp(error)) return size > 1 || (await othersPass()) ? 'oversize' : 'infrastructure';
  if (isInfrastructureError(error)) return 'infrastructure';
  if (error instanceof NotYetError || !(error instanceof AppError)) return 'fault';
  return error.kind === 'upstream' ? 'fault' : 'permanent';
}
