import { type Caller, type ClientSession, type Role, requireRole } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { activeUser } from './open-session.ts';

/** Who manages the organisation and its users, besides the owner. */
export const MANAGERS: readonly Role[] = ['admin'];

/**
 * The caller's roles as they are now, for changes of who may do what. The token says what they were up to 15 minutes ago:
 * long enough for somebody who was locked out or demoted to take that back.
 * @throws {UnauthenticatedError} user_inactive
 * @throws {ForbiddenError} role_missing
 */
export async function managerNow(deps: Deps, caller: Caller, session?: ClientSession): Promise<readonly Role[]> {
  const { role } = await activeUser(deps, caller.userId, session);
  const roles = [role];
  requireRole({ ...caller, roles }, MANAGERS);
  return roles;
}
