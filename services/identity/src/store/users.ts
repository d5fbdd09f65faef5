import type { UserFilter } from '@malipo/api-contracts';
import { type ClientSession, type Db, listPage, type PageQuery } from '@malipo/service-kit';
import type { User } from '../domain/user.ts';

type UserDoc = Omit<User, 'id' | 'invite'> & { _id: string; invite?: NonNullable<User['invite']> };

export function createUserStore(db: Db) {
  const users = db.collection<UserDoc>('users');
  const one = (doc: UserDoc | null): User | undefined => (doc ? toUser(doc) : undefined);
  return {
    /** @throws E11000 where the e-mail address is taken */
    insert: async (user: User, session?: ClientSession): Promise<void> => {
      await users.insertOne(toDoc(user), session ? { session } : {});
    },
    find: async (id: string, session?: ClientSession): Promise<User | undefined> =>
      one(await users.findOne({ _id: id }, session ? { session } : {})),
    findIn: async (organisationId: string, id: string, session?: ClientSession): Promise<User | undefined> =>
      one(await users.findOne({ _id: id, organisationId }, session ? { session } : {})),
    findByEmail: async (email: string): Promise<User | undefined> =>
      one(await users.findOne({ email: { $eq: email } })),
    findByInvite: async (hash: string): Promise<User | undefined> =>
      one(await users.findOne({ 'invite.hash': { $eq: hash } })),
    /** Writes the next version; answers whether nobody was first. */
    replace: async (user: User, session?: ClientSession): Promise<boolean> => {
      const { matchedCount } = await users.replaceOne(
        { _id: user.id, version: user.version - 1 },
        toDoc(user),
        session ? { session } : {},
      );
      return matchedCount === 1;
    },
    countOtherOwners: (organisationId: string, userId: string, session: ClientSession): Promise<number> =>
      users.countDocuments({ organisationId, role: 'owner', status: 'active', _id: { $ne: userId } }, { session }),
    list: <View>(organisationId: string, filter: UserFilter, query: PageQuery, toView: (user: User) => View) =>
      listPage(users, { ...filter, organisationId }, 'createdAt', query, (doc) => toView(toUser(doc))),
  };
}

function toDoc({ id, invite, ...rest }: User): UserDoc {
  return { _id: id, ...rest, ...(invite ? { invite } : {}) };
}

const toUser = ({ _id, invite, ...rest }: UserDoc): User => ({ id: _id, ...rest, invite: invite ?? null });
