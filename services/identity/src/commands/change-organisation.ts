import { OrganisationUpdated } from '@malipo/events';
import { type Caller, type Cause, StaleError, untilWon } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { changeOrganisation as change, type Organisation, type OrganisationChange } from '../domain/organisation.ts';
import { organisationOf } from './open-session.ts';

/**
 * Changes name or locale and tells the others.
 * @param expected the version that the caller saw, where it said so
 * @throws {StaleError} version_changed
 */
export async function changeOrganisation(
  deps: Deps,
  { organisationId }: Caller,
  form: OrganisationChange,
  cause: Cause,
  expected?: number,
): Promise<Organisation> {
  return untilWon(async () => {
    const before = await organisationOf(deps, organisationId);
    if (expected !== undefined && expected !== before.version)
      throw new StaleError('version_changed', 'the organisation was changed in the meantime; read it again');
    const at = deps.now();
    const after = change(before, form, at);
    if (!after) return before;
    const { name, locale, version } = after;
    const about = { organisationId, subject: { id: organisationId, version }, at, cause };
    await deps.relay.commit(async (tx) => {
      await deps.organisations.replace(after, tx);
      tx.tell(OrganisationUpdated.create({ organisationId, name, locale }, about));
    });
    deps.log.info({ organisationId, version }, 'organisation changed');
    return after;
  });
}
