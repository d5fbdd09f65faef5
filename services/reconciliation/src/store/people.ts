import type { Caller } from '@malipo/service-kit';
import type { Collections } from './collections.ts';

/** Who of an organisation has been here with a valid token: whom money may be assigned to. */
export function createPeople({ people }: Pick<Collections, 'people'>) {
  const seen = new Set<string>();
  return {
    /** Remembers the caller; one write per person, roles and process. */
    async note({ organisationId, userId, roles }: Caller, now: Date): Promise<void> {
      const key = `${organisationId} ${userId} ${roles.join()}`;
      if (seen.has(key)) return;
      await people.updateOne(
        { _id: `${organisationId}:${userId}` },
        { $set: { organisationId, userId, roles: [...roles], seenAt: now } },
        { upsert: true },
      );
      seen.add(key);
    },
    /** May this user decide on money, as far as we saw? */
    async mayDecide(organisationId: string, userId: string): Promise<boolean> {
      const person = await people.findOne({ _id: `${organisationId}:${userId}` });
      return person?.roles.some((role) => role !== 'viewer') ?? false;
    },
  };
}

export type People = ReturnType<typeof createPeople>;
