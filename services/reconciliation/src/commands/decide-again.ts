import { type Cause, untilWon } from '@malipo/service-kit';
import { isUnexplained, type Match } from '../domain/match.ts';
import type { ReopenedDoc } from '../store/collections.ts';
import { commit, isRaceLost } from './commit.ts';
import { decidePayment } from './decide-payment.ts';
import { waitingFor } from './fit-reopened.ts';
import { beginUnits } from './read-slice.ts';
import type { Decisions, Deps } from './work.ts';

/**
 * Decides with the engine's memory outside a slice of events, and commits like one: on the organisation's `seq`, again
 * when somebody else was first. Live events wait for it, so it must be small.
 */
export const decideInUnit = (
  deps: Deps,
  organisationId: string,
  work: (unit: Decisions) => Promise<void>,
): Promise<void> =>
  untilWon(() =>
    deps.books.deciding(async () => {
      try {
        const rows = await deps.reads.organisations([organisationId]);
        const unit = (await beginUnits(deps, [organisationId], rows, new Map())).get(organisationId);
        if (!unit) return;
        await work(unit);
        await commit(deps, [unit]);
      } catch (error) {
        if (isRaceLost(error)) deps.figures.races.inc({ door: 'again' });
        throw error;
      }
    }),
  );

/** Decides on payments whose money has no home, in the given order. */
export function decideOpen(unit: Decisions, matches: Iterable<Match>, cause: Cause, why: string): void {
  for (const match of matches)
    if (isUnexplained(match) && match.organisationId === unit.organisationId) decidePayment(unit, match, cause, why);
}

const AT_ONCE = 50;

/** Looks at money that waits where notes say that something new may explain it. What fails is tried again at the next look. */
export async function rematchReopened(deps: Deps): Promise<void> {
  const rows = await deps.collections.reopened.find().sort({ at: 1 }).limit(AT_ONCE).toArray();
  for (const row of rows) {
    if (deps.stopping.aborted) return;
    try {
      await rematch(deps, row);
      await deps.collections.reopened.deleteOne({ _id: row._id });
    } catch (error) {
      deps.log.warn(
        { note: row._id, error: String(error) },
        'what waits could not be looked at again; it is tried anew',
      );
      // behind the others, which as many that always fail would hold up
      await deps.collections.reopened.updateOne({ _id: row._id }, { $set: { at: deps.now() } });
    }
  }
}

/** Safe to repeat: what is settled by then is left alone, and the same decision again changes nothing. */
async function rematch(deps: Deps, row: ReopenedDoc): Promise<void> {
  const cause: Cause = { correlationId: row.cause, causationId: row.cause, traceparent: null };
  const { invoiceIds, customerIds = [] } = row;
  const why = invoiceIds.length > 0 ? 'what its customer owes has changed' : 'other money is no more in its way';
  const done = new Set(row.except);
  for (let more = true; more; ) {
    let now: string[] = [];
    await decideInUnit(deps, row.organisationId, async (unit) => {
      unit.looks = (row.looks ?? 0) + 1;
      const ids = waitingFor(unit, invoiceIds, customerIds).filter((id) => !done.has(id));
      now = ids.slice(0, AT_ONCE);
      const matches = await deps.reads.matches(now);
      decideOpen(unit, matches.values(), cause, why);
    });
    // only now: a lost race has run the above several times
    for (const id of now) done.add(id);
    more = now.length === AT_ONCE;
  }
}
