import { type Caller, type ClientSession, NotFoundError, RaceLostError, type VersionCheck } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { changeUser as change, type User, type UserChange } from '../domain/user.ts';
import { managerNow } from './manager-now.ts';

/**
 * Changes name, role or standing. Deactivation ends the user's sessions; access tokens run out within 15 minutes.
 * @param check of the version that the caller saw
 * @throws {NotFoundError} user_not_found
 * @throws {UnauthenticatedError} user_inactive
 * @throws {ForbiddenError} role_missing, owner_only
 * @throws {ConflictError} last_owner
 * @throws {StaleError} version_stale
 */
export async function changeUser(
  deps: Deps,
  caller: Caller,
  id: string,
  form: UserChange,
  check: VersionCheck,
): Promise<User> {
  const { organisationId, userId: by } = caller;
  const inOrder = async (session: ClientSession) => {
    await deps.organisations.lockStaff(organisationId, session);
    const actorRoles = await managerNow(deps, caller, session);
    const user = await deps.users.findIn(organisationId, id, session);
    if (!user) throw new NotFoundError('user_not_found', `there is no user ${id}`);
    check(user.version);
    const otherOwners = await deps.users.countOtherOwners(organisationId, id, session);
    const next = change(user, form, { actorRoles, otherOwners, at: deps.now() });
    if (!next) return { user, changed: false };
    if (!(await deps.users.replace(next, session))) throw new RaceLostError('the user');
    // also on the way back: a login that was under way left a session, which would begin to work
    if (next.status !== user.status) await deps.sessions.endAllOf(id, next.updatedAt, session);
    return { user: next, changed: true };
  };
  const { user, changed } = await deps.staffInTurn(organisationId, () => deps.mongo.transaction(inOrder));
  const { role, status } = user;
  if (changed) deps.log.info({ organisationId, userId: id, by, role, status }, 'user changed');
  return user;
}
