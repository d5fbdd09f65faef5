import { type Caller, fingerprint, RaceLostError, untilWon } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { assertMayManage, type Role, type User } from '../domain/user.ts';
import { issueToken } from '../security/opaque-tokens.ts';
import { managerNow } from './manager-now.ts';
import { emailTaken } from './register.ts';

type NewUser = { name: string; email: string; role: Role; password?: string | undefined };

const INVITE_MS = 7 * 86_400_000;

/**
 * Adds a user, active with a password or invited without one. Whom the organisation invited before, and who has not come
 * yet, is added anew: the earlier invite stops working.
 * @returns the invite's token, which is stored as a hash only
 * @throws {UnauthenticatedError} user_inactive
 * @throws {ForbiddenError} role_missing, owner_only
 * @throws {ConflictError} email_taken
 */
export async function addUser(
  deps: Deps,
  caller: Caller,
  form: NewUser,
): Promise<{ user: User; inviteToken: string | null }> {
  const actorRoles = await managerNow(deps, caller);
  assertMayManage(actorRoles, form.role);
  const { name, email, role, password } = form;
  const inviteToken = password === undefined ? issueToken().text : null;
  const passwordHash = password === undefined ? null : await deps.passwords.hash(password);
  const at = deps.now();
  const added: User = {
    id: deps.newId(),
    organisationId: caller.organisationId,
    name,
    email,
    role,
    status: inviteToken ? 'invited' : 'active',
    passwordHash,
    invite: inviteToken ? { hash: fingerprint(inviteToken), expiresAt: new Date(at.getTime() + INVITE_MS) } : null,
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
  const user = await untilWon(() => save(deps, actorRoles, added));
  const { organisationId, id: userId, version } = user;
  deps.log.info({ organisationId, userId, by: caller.userId, role, version }, 'user added');
  return { user, inviteToken };
}

async function save(deps: Deps, actorRoles: readonly Role[], added: User): Promise<User> {
  const before = await deps.users.findByEmail(added.email);
  if (!before) {
    await deps.users.insert(added);
    return added;
  }
  if (before.organisationId !== added.organisationId || before.status !== 'invited') throw emailTaken();
  assertMayManage(actorRoles, before.role);
  const anew = { ...added, id: before.id, version: before.version + 1, createdAt: before.createdAt };
  if (!(await deps.users.replace(anew))) throw new RaceLostError('the user');
  return anew;
}
