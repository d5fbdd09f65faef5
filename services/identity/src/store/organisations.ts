import { type ClientSession, type Db, RaceLostError, type Tx } from '@malipo/service-kit';
import type { Organisation } from '../domain/organisation.ts';

type OrganisationDoc = Omit<Organisation, 'id'> & { _id: string; staffing?: number };

export function createOrganisationStore(db: Db) {
  const organisations = db.collection<OrganisationDoc>('organisations');
  return {
    insert: async (organisation: Organisation, { session }: Tx): Promise<void> => {
      const { id, ...rest } = organisation;
      await organisations.insertOne({ _id: id, ...rest }, { session });
    },
    find: async (id: string): Promise<Organisation | undefined> => {
      const doc = await organisations.findOne({ _id: id });
      return doc ? toOrganisation(doc) : undefined;
    },
    /** Writes the next version. @throws {RaceLostError} where another version came first */
    replace: async (organisation: Organisation, { session }: Tx): Promise<void> => {
      const { id, name, locale, version, updatedAt } = organisation;
      const { matchedCount } = await organisations.updateOne(
        { _id: id, version: version - 1 },
        { $set: { name, locale, version, updatedAt } },
        { session },
      );
      if (matchedCount === 0) throw new RaceLostError('the organisation');
    },
    /** Makes changes of who may do what follow one another: two transactions that call it conflict. */
    lockStaff: async (id: string, session: ClientSession): Promise<void> => {
      await organisations.updateOne({ _id: id }, { $inc: { staffing: 1 } }, { session });
    },
  };
}

function toOrganisation({ _id, name, locale, version, createdAt, updatedAt }: OrganisationDoc): Organisation {
  return { id: _id, name, locale, version, createdAt, updatedAt };
}
