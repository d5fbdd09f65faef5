import {
  type ClientSession,
  type Db,
  type Filter,
  insertAll,
  listPage,
  type PageQuery,
  RaceLostError,
  refusingIndex,
  type Tx,
} from '@malipo/service-kit';
import { type Customer, phonesOf, searchTerms } from '../domain/customer.ts';
import { keyOf, wordsOf } from '../domain/keys.ts';
import { prefixesAsked } from '../domain/search.ts';

export const ACCOUNT_INDEX = 'account_keys';

type CustomerDoc = Omit<Customer, 'id' | 'accountNumber'> & {
  _id: string;
  /** Absent where the numbers were written before one could be without a main one. */
  accountNumber?: string | null;
  nameKey: string;
  /** Absent where there is no account number: the unique index would take two empty lists for the same. */
  accountKeys?: string[];
  phones: string[];
  search: string[];
};

export type CustomerSearch = {
  phone?: string | undefined;
  email?: string | undefined;
  accountNumber?: string | undefined;
  name?: string | undefined;
  q?: string | undefined;
};

/** Customers. Every method is scoped by organisation. */
export function createCustomerStore(db: Db) {
  const customers = db.collection<CustomerDoc>('customers');
  return {
    /** @throws E11000 where an account number is taken: `isAccountTaken` tells */
    async insertMany(rows: readonly Customer[], { session }: Tx): Promise<void> {
      await insertAll(customers, rows.map(toDoc), session);
    },

    /**
     * @throws {RaceLostError} when it was changed since it was read
     * @throws E11000 where an account number is taken: `isAccountTaken` tells
     */
    async save(before: Customer, customer: Customer, { session }: Tx): Promise<void> {
      const { _id, organisationId, createdAt: _, ...fields } = toDoc(customer);
      const gone = fields.accountKeys ? {} : { $unset: { accountKeys: '' as const } };
      const { matchedCount } = await customers.updateOne(
        { _id, organisationId, version: before.version },
        { $set: fields, ...gone },
        { session },
      );
      if (matchedCount === 0) throw new RaceLostError('the customer');
    },

    async load(organisationId: string, id: string): Promise<Customer | undefined> {
      const doc = await customers.findOne({ _id: id, organisationId });
      return doc ? toCustomer(doc) : undefined;
    },

    /** Which of these ids are customers of the organisation? */
    async known(organisationId: string, ids: readonly string[]): Promise<Set<string>> {
      const found = await customers
        .find({ _id: { $in: [...new Set(ids)] }, organisationId }, { projection: { _id: 1 } })
        .toArray();
      return new Set(found.map((doc) => doc._id));
    },

    /** Which of these account keys does another customer hold? */
    async takenKeys(
      organisationId: string,
      keys: readonly string[],
      exceptId?: string,
      session?: ClientSession,
    ): Promise<Set<string>> {
      if (keys.length === 0) return new Set();
      const others = exceptId ? { _id: { $ne: exceptId } } : {};
      const holders = await customers
        .find({ organisationId, accountKeys: { $in: [...keys] }, ...others }, session ? { session } : {})
        .project<{ accountKeys: string[] }>({ accountKeys: 1 })
        .toArray();
      return new Set(holders.flatMap((doc) => doc.accountKeys));
    },

    list: <View>(
      organisationId: string,
      search: CustomerSearch,
      page: PageQuery,
      toView: (customer: Customer) => View,
    ) =>
      listPage<CustomerDoc, View>(customers, filterOf(organisationId, search), 'createdAt', page, (doc) =>
        toView(toCustomer(doc)),
      ),
  };
}

const RENEWED_AT_ONCE = 500;

/** Writes anew what customers are found by, where that is made another way than when they were saved. */
export async function renewTerms(db: Db): Promise<void> {
  const customers = db.collection<CustomerDoc>('customers');
  let updates: { updateOne: { filter: Filter<CustomerDoc>; update: { $set: Partial<CustomerDoc> } } }[] = [];
  const flush = async () => {
    if (updates.length > 0) await customers.bulkWrite(updates, { ordered: false });
    updates = [];
  };
  for await (const doc of customers.find()) {
    const { _id, version, nameKey, search } = toDoc(toCustomer(doc));
    if (nameKey === doc.nameKey && search.join('\n') === doc.search.join('\n')) continue;
    // a replica of before may be saving it: what it wrote since must not be found by what it was
    updates.push({ updateOne: { filter: { _id, version }, update: { $set: { nameKey, search } } } });
    if (updates.length >= RENEWED_AT_ONCE) await flush();
  }
  await flush();
}

/** Did the unique index over account numbers refuse it? */
export const isAccountTaken = (error: unknown): boolean => refusingIndex(error) === ACCOUNT_INDEX;

/** `search` is what the index serves; the field beside it says which kind of term is meant. */
function filterOf(organisationId: string, search: CustomerSearch): Filter<CustomerDoc> & { organisationId: string } {
  const { phone, email, accountNumber, name, q } = search;
  const all: Filter<CustomerDoc>[] = [];
  if (phone) all.push({ search: phone, phones: phone });
  if (email) all.push({ search: email, email });
  if (accountNumber) all.push({ accountKeys: keyOf(accountNumber) });
  if (name) all.push({ search: startsWith(wordsOf(name)), nameKey: range(wordsOf(name)) });
  for (const prefixes of prefixesAsked(q ?? ''))
    all.push({ $or: prefixes.map((one) => ({ search: startsWith(one) })) });
  return { organisationId, ...(all.length > 0 ? { $and: all } : {}) };
}

/** A range instead of a pattern: text from outside is never read as one. It ends at the last character that there can be. */
const range = (prefix: string) => ({ $gte: prefix, $lt: `${prefix}\u{10ffff}` });
const startsWith = (prefix: string) => ({ $elemMatch: range(prefix) });

function toDoc({ id, ...customer }: Customer): CustomerDoc {
  const accountKeys = customer.accountNumbers.map(keyOf);
  return {
    _id: id,
    ...customer,
    nameKey: wordsOf(customer.name),
    ...(accountKeys.length > 0 ? { accountKeys } : {}),
    phones: phonesOf({ id, ...customer }),
    search: searchTerms({ id, ...customer }),
  };
}

function toCustomer(doc: CustomerDoc): Customer {
  const { _id, nameKey: _n, accountKeys: _a, phones: _p, search: _s, ...customer } = doc;
  // null says that none is the main one; else the list leads, since a replica of before writes nothing but the list
  const accountNumber = doc.accountNumber === null ? null : (doc.accountNumbers[0] ?? null);
  return { id: _id, ...customer, accountNumber };
}
