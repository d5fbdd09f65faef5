import { type ClientSession, isDuplicateKey, RaceLostError } from '@malipo/service-kit';
import { isEmpty } from '../domain/unit.ts';
import { commitUnits } from '../store/commit.ts';
import type { Deps, Work } from './work.ts';

type Of = { organisationId: string };

/** What else belongs into the transaction. @param isWritten is it of an organisation whose unit is written with it? */
type Also = (session: ClientSession, isWritten: (row: Of) => boolean) => Promise<void>;

/** Whether somebody else was first; a second document with the same key says so, too. */
export const isRaceLost = (error: unknown): boolean => error instanceof RaceLostError || isDuplicateKey(error);

/**
 * Writes units in one transaction, and lets memory move on with them. Where somebody else was first in some of the
 * organisations, the others are written without them: reading their logs anew, from the start, would cost more with each
 * day of their lives.
 * @throws {RaceLostError} for those that must be decided again
 */
export async function commit(deps: Deps, units: readonly Work[], also?: Also): Promise<void> {
  const work = units.filter((unit) => !isEmpty(unit));
  try {
    await write(deps, work, also);
  } catch (error) {
    if (!isRaceLost(error)) throw error;
    const rows = await deps.reads.organisations(work.map((unit) => unit.organisationId));
    const standing = work.filter(({ organisationId, seq }) => (rows.get(organisationId)?.seq ?? null) === seq);
    if (standing.length < work.length) await write(deps, standing, also);
    throw error;
  }
}

async function write(deps: Deps, units: readonly Work[], also?: Also): Promise<void> {
  const written = new Set(units.map((unit) => unit.organisationId));
  await commitUnits(deps.relay, deps.collections, units, (session) =>
    also ? also(session, ({ organisationId }) => written.has(organisationId)) : Promise.resolve(),
  );
  for (const unit of units) {
    deps.books.committed(unit);
    deps.figures.decided(unit);
  }
}
