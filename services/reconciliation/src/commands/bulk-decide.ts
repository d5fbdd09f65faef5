import { AppError, type Caller, type Cause } from '@malipo/service-kit';
import type { Match } from '../domain/match.ts';
import { confirmMatch, type Order, rejectMatch } from './change-match.ts';
import type { Deps } from './work.ts';

export type BulkItem = { paymentId: string; proposal?: number | undefined; expectedVersion?: number | undefined };
export type BulkOrder = { caller: Caller; cause: Cause; action: 'confirm' | 'reject'; why: string };

/** How one of many ended: the match, or what was thrown. */
export type BulkOutcome = { paymentId: string; match: Match | null; error: AppError | null };

/**
 * Decides one after the other, in the given order, each in its own transaction: an item that fails stops no other, and
 * one that is decided already is done. A payment named twice is decided once.
 * @throws what is nobody's fault (the database is out of reach): what was decided by then stays decided
 */
export async function bulkDecide(deps: Deps, order: BulkOrder, items: readonly BulkItem[]): Promise<BulkOutcome[]> {
  const outcomes = new Map<string, BulkOutcome>();
  const answers: BulkOutcome[] = [];
  for (const item of items) {
    const outcome = outcomes.get(item.paymentId) ?? (await decideOne(deps, order, item));
    outcomes.set(item.paymentId, outcome);
    answers.push(outcome);
  }
  return answers;
}

async function decideOne(deps: Deps, { action, why, caller, cause }: BulkOrder, item: BulkItem): Promise<BulkOutcome> {
  const { paymentId, proposal = 0, expectedVersion: expected } = item;
  const order: Order = { caller, cause, paymentId, expected };
  try {
    const match =
      action === 'confirm' ? await confirmMatch(deps, order, { proposal }, why) : await rejectMatch(deps, order, why);
    return { paymentId, match, error: null };
  } catch (error) {
    if (error instanceof AppError && error.kind !== 'unavailable') return { paymentId, match: null, error };
    throw error;
  }
}
