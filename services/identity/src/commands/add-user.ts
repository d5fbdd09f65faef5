import { type Caller, fingerprint } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { assertMayManage, type Role, type User } from '../domain/user.ts';
import { issueToken } from '../security/opaque-tokens.ts';
import { refuseTakenEmail } from './register.ts';

type NewUser = { name: string; email: string; role: Role; password?: string | undefined };

const INVITE_MS = 7 * 86_400_000;

/**
 * Adds a user, active with a password or invited without one.
 * @returns the invite's token, which is stored as a hash only
 * @throws {ForbiddenError} owner_only
 * @throws {ConflictError} email_taken
 */
export async function addUser(
  deps: Deps,
  caller: Caller,
  form: NewUser,
): Promise<{ user: User; inviteToken: string | null }> {
  assertMayManage(caller.roles, form.role);
  const { name, email, role, password } = form;
  const inviteToken = password === undefined ? issueToken().text : null;
  const passwordHash = password === undefined ? null : await deps.passwords.hash(password);
  const at = deps.now();
  const user: User = {
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
  await deps.users.insert(user).catch(refuseTakenEmail);
  deps.log.info({ organisationId: user.organisationId, userId: user.id, by: caller.userId, role }, 'user added');
  return { user, inviteToken };
}
