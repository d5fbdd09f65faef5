import { ConflictError, ForbiddenError } from '@malipo/service-kit/errors';

export type Role = 'owner' | 'admin' | 'bookkeeper' | 'viewer';
export type UserStatus = 'active' | 'invited' | 'deactivated';
export type Invite = { hash: string; expiresAt: Date };

/** A person in one organisation; the e-mail address is lower case and unique on the whole platform. */
export type User = {
  id: string;
  organisationId: string;
  name: string;
  email: string;
  role: Role;
  status: UserStatus;
  /** An argon2id hash; null until an invite is accepted. */
  passwordHash: string | null;
  invite: Invite | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
};

export type UserChange = { name?: string | undefined; role?: Role | undefined; active?: boolean | undefined };

/**
 * Only an owner makes owners or touches one.
 * @throws {ForbiddenError} owner_only
 */
export function assertMayManage(actorRoles: readonly Role[], ...concerned: readonly Role[]): void {
  if (!concerned.includes('owner') || actorRoles.includes('owner')) return;
  throw new ForbiddenError('owner_only', 'only an owner may add, change or remove an owner');
}

/**
 * Applies a change to a user. No difference: undefined.
 * @param otherOwners how many other active owners the organisation has
 * @throws {ForbiddenError} owner_only
 * @throws {ConflictError} last_owner: an organisation always has somebody who may do everything
 */
export function changeUser(
  user: User,
  change: UserChange,
  context: { actorRoles: readonly Role[]; otherOwners: number; at: Date },
): User | undefined {
  const role = change.role ?? user.role;
  assertMayManage(context.actorRoles, user.role, role);
  const status = statusAfter(user, change.active);
  const remainsOwner = role === 'owner' && status === 'active';
  if (user.role === 'owner' && user.status === 'active' && !remainsOwner && context.otherOwners === 0)
    throw new ConflictError('last_owner', 'make somebody else an owner first; an organisation needs one');
  const name = change.name ?? user.name;
  if (name === user.name && role === user.role && status === user.status) return undefined;
  return { ...user, name, role, status, version: user.version + 1, updatedAt: context.at };
}

function statusAfter(user: User, active: boolean | undefined): UserStatus {
  if (active === undefined) return user.status;
  if (!active) return 'deactivated';
  return user.passwordHash === null ? 'invited' : 'active';
}
