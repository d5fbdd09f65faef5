import {
  appending,
  type ClientSession,
  carrying,
  type Db,
  type OutgoingEvent,
  RaceLostError,
  type WithOutbox,
} from '@malipo/service-kit';
import type { Organisation } from '../domain/organisation.ts';

type OrganisationDoc = Omit<Organisation, 'id'> & WithOutbox & { _id: string; staffing?: number };

const NAME = 'organisations';

export function createOrganisationStore(db: Db) {
  const organisations = db.collection<OrganisationDoc>(NAME);
  return {
    insert: async (organisation: Organisation, events: readonly OutgoingEvent[], session: ClientSession) => {
      const { id, ...rest } = organisation;
      await organisations.insertOne({ _id: id, ...rest, ...carrying(events, organisation.createdAt) }, { session });
    },
    find: async (id: string): Promise<Organisation | undefined> => {
      const doc = await organisations.findOne({ _id: id });
      return doc ? toOrganisation(doc) : undefined;
    },
    /** Writes the next version. @throws {RaceLostError} where another version came first */
    replace: async (organisation: Organisation, events: readonly OutgoingEvent[]): Promise<void> => {
      const { id, name, locale, version, updatedAt } = organisation;
      const outgoing = appending(events, updatedAt);
      const { matchedCount } = await organisations.updateOne(
        { _id: id, version: version - 1 },
        { $set: { name, locale, version, updatedAt, ...outgoing.$set }, $push: outgoing.$push },
      );
      if (matchedCount === 0) throw new RaceLostError('the organisation');
    },
    /** Makes changes of who may do what follow one another: two transactions that call it conflict. */
    lockStaff: async (id: string, session: ClientSession): Promise<void> => {
      await organisations.updateOne({ _id: id }, { $inc: { staffing: 1 } }, { session });
    },
    /** What the relay needs to announce a change. */
    announced: (id: string, events: readonly OutgoingEvent[]) => [{ collection: NAME, id, events }],
  };
}

function toOrganisation({ _id, name, locale, version, createdAt, updatedAt }: OrganisationDoc): Organisation {
  return { id: _id, name, locale, version, createdAt, updatedAt };
}
