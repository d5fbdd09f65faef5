import type { Caller } from '@malipo/service-kit';
import type { Collections } from './collections.ts';

/** Another replica may have seen the person in other roles meanwhile. */
const TOLD_MS = 60_000;
/** Beyond this many people it forgets them all, and writes each once more. */
const MAX_SEEN = 10_000;

/** Who of an organisation has been here with a valid token: whom money may be assigned to. */
export function createPeople({ people }: Pick<Collections, 'people'>, maxSeen = MAX_SEEN) {
  const seen = new Map<string, { roles: string; at: number }>();
  return {
    /** Remembers the caller; a process writes a person's roles once a minute, and whenever they change. */
    async note({ organisationId, userId, roles }: Caller, now: Date): Promise<void> {
      const _id = `${organisationId}:${userId}`;
      const before = seen.get(_id);
      const after = { roles: roles.join(), at: now.getTime() };
      if (before?.roles === after.roles && after.at - before.at < TOLD_MS) return;
      await people.updateOne(
        { _id },
        { $set: { organisationId, userId, roles: [...roles], seenAt: now } },
        { upsert: true },
      );
      if (seen.size >= maxSeen) seen.clear();
      seen.set(_id, after);
    },
    /** May this user decide on money, as far as we saw? */
    async mayDecide(organisationId: string, userId: string): Promise<boolean> {
      const person = await people.findOne({ _id: `${organisationId}:${userId}` });
      return person?.roles.some((role) => role !== 'viewer') ?? false;
    },
  };
}

export type People = ReturnType<typeof createPeople>;
