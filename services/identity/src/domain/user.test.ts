import { describe, expect, test } from 'vitest';
import { assertMayManage, changeUser, type User } from './user.ts';

const at = new Date('2026-01-15T08:00:00Z');
const user = (over: Partial<User> = {}): User => ({
  id: 'u1',
  organisationId: 'o1',
  name: 'Grace',
  email: 'grace@example.co.ke',
  role: 'bookkeeper',
  status: 'active',
  passwordHash: 'hash',
  invite: null,
  version: 3,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  ...over,
});
const byOwner = { actorRoles: ['owner' as const], otherOwners: 1, at };
const byAdmin = { actorRoles: ['admin' as const], otherOwners: 1, at };

describe('changing a user', () => {
  test('an admin changes name and role, and the version goes up', () => {
    expect(changeUser(user(), { name: 'Grace W', role: 'viewer' }, byAdmin)).toEqual(
      user({ name: 'Grace W', role: 'viewer', version: 4, updatedAt: at }),
    );
  });

  test.each([
    ['make an owner', user(), { role: 'owner' as const }],
    ['demote an owner', user({ role: 'owner' }), { role: 'viewer' as const }],
    ['lock an owner', user({ role: 'owner' }), { active: false }],
  ])('an admin may not %s', (_what, target, change) => {
    expect(() => changeUser(target, change, byAdmin)).toThrow(expect.objectContaining({ code: 'owner_only' }));
    expect(changeUser(target, change, byOwner)?.version).toBe(4);
  });

  test.each([{ role: 'admin' as const }, { active: false }])('the last owner stays owner: %o', (change) => {
    const alone = { ...byOwner, otherOwners: 0 };
    expect(() => changeUser(user({ role: 'owner' }), change, alone)).toThrow(
      expect.objectContaining({ code: 'last_owner' }),
    );
    expect(changeUser(user({ role: 'owner' }), { name: 'New' }, alone)?.name).toBe('New');
  });

  test('a deactivated owner does not count as the last one', () => {
    const gone = user({ role: 'owner', status: 'deactivated' });
    expect(changeUser(gone, { role: 'viewer' }, { ...byOwner, otherOwners: 0 })?.role).toBe('viewer');
  });

  test('reactivation leads back to where the user was', () => {
    expect(changeUser(user({ status: 'deactivated' }), { active: true }, byAdmin)?.status).toBe('active');
    const invited = user({ status: 'deactivated', passwordHash: null });
    expect(changeUser(invited, { active: true }, byAdmin)?.status).toBe('invited');
  });

  test('managing is refused only where an owner is concerned', () => {
    expect(() => assertMayManage(['admin'], 'viewer', 'admin')).not.toThrow();
    expect(() => assertMayManage(['admin'], 'owner')).toThrow(expect.objectContaining({ code: 'owner_only' }));
  });
});
