import { OrganisationUpdated } from '@malipo/events';
import { type Caller, type Cause, untilWon, type VersionCheck } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { changeOrganisation as change, type Organisation, type OrganisationChange } from '../domain/organisation.ts';
import { managerNow } from './manager-now.ts';
import { organisationOf } from './open-session.ts';

/**
 * Changes name or locale and tells the others.
 * @param check of the version that the caller saw
 * @throws {UnauthenticatedError} user_inactive
 * @throws {ForbiddenError} role_missing
 * @throws {StaleError} version_stale
 */
export async function changeOrganisation(
  deps: Deps,
  caller: Caller,
  form: OrganisationChange,
  cause: Cause,
  check: VersionCheck,
): Promise<Organisation> {
  const { organisationId } = caller;
  await managerNow(deps, caller);
  return untilWon(async () => {
    const before = await organisationOf(deps, organisationId);
    check(before.version);
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
