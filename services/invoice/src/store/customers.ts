import {
  type Announced,
  appending,
  carrying,
  type Db,
  type Filter,
  listPage,
  type OutgoingEvent,
  type PageQuery,
  RaceLostError,
  type WithOutbox,
} from '@malipo/service-kit';
import { type Customer, phonesOf, searchTerms } from '../domain/customer.ts';
import { keyOf, wordsOf } from '../domain/keys.ts';
import { indexOf, refusedIn } from './duplicates.ts';

export const ACCOUNT_INDEX = 'account_keys';

type CustomerDoc = Omit<Customer, 'id'> & {
  _id: string;
  nameKey: string;
  /** Absent where there is no account number: the unique index would take two empty lists for the same. */
  accountKeys?: string[];
  phones: string[];
  search: string[];
} & WithOutbox;

export type CustomerSearch = {
  phone?: string | undefined;
  email?: string | undefined;
  accountNumber?: string | undefined;
  name?: string | undefined;
  q?: string | undefined;
};

/** What was read with a customer: its outbox may still hold events, which the next announcement must take along. */
export type Loaded = { customer: Customer; waiting: readonly OutgoingEvent[] };

export type SavedCustomer = { saved: true; announced: Announced } | { saved: false; taken: 'account' };

/** Customers. Every method is scoped by organisation. */
export function createCustomerStore(db: Db) {
  const customers = db.collection<CustomerDoc>('customers');
  return {
    async insert(customer: Customer, events: readonly OutgoingEvent[]): Promise<SavedCustomer> {
      try {
        await customers.insertOne({ ...toDoc(customer), ...carrying(events, customer.updatedAt) });
      } catch (error) {
        if (indexOf(error) === ACCOUNT_INDEX) return { saved: false, taken: 'account' };
        throw error;
      }
      return { saved: true, announced: announcedOf(customer.id, events) };
    },

    /** Unordered; answers the positions that were refused because an account number is taken. */
    async insertMany(rows: readonly { customer: Customer; events: readonly OutgoingEvent[] }[]): Promise<Set<number>> {
      if (rows.length === 0) return new Set();
      const docs = rows.map(({ customer, events }) => ({
        ...toDoc(customer),
        ...carrying(events, customer.updatedAt),
      }));
      const refused = await refusedIn(customers.insertMany(docs, { ordered: false }));
      return new Set(refused.keys());
    },

    /** @throws {RaceLostError} when it was changed since it was read */
    async save(before: Loaded, customer: Customer, events: readonly OutgoingEvent[]): Promise<SavedCustomer> {
      const { _id, organisationId, createdAt: _, ...fields } = toDoc(customer);
      const { $set, $push } = appending(events, customer.updatedAt);
      const gone = fields.accountKeys ? {} : { $unset: { accountKeys: '' as const } };
      try {
        const { matchedCount } = await customers.updateOne(
          { _id, organisationId, version: before.customer.version },
          { $set: { ...fields, ...$set }, $push, ...gone },
        );
        if (matchedCount === 0) throw new RaceLostError('the customer');
      } catch (error) {
        if (indexOf(error) === ACCOUNT_INDEX) return { saved: false, taken: 'account' };
        throw error;
      }
      return { saved: true, announced: announcedOf(_id, [...before.waiting, ...events]) };
    },

    async load(organisationId: string, id: string): Promise<Loaded | undefined> {
      const doc = await customers.findOne({ _id: id, organisationId });
      return doc ? { customer: toCustomer(doc), waiting: doc.outbox?.events ?? [] } : undefined;
    },

    /** Which of these ids are customers of the organisation? */
    async known(organisationId: string, ids: readonly string[]): Promise<Set<string>> {
      const found = await customers
        .find({ _id: { $in: [...new Set(ids)] }, organisationId }, { projection: { _id: 1 } })
        .toArray();
      return new Set(found.map((doc) => doc._id));
    },

    /** Which of these account keys does another customer hold? */
    async takenKeys(organisationId: string, keys: readonly string[], exceptId: string): Promise<Set<string>> {
      const holders = await customers
        .find({ organisationId, accountKeys: { $in: [...keys] }, _id: { $ne: exceptId } })
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

const announcedOf = (id: string, events: readonly OutgoingEvent[]): Announced => ({
  collection: 'customers',
  id,
  events,
});

/** `search` is what the index serves; the field beside it says which kind of term is meant. */
function filterOf(organisationId: string, search: CustomerSearch): Filter<CustomerDoc> & { organisationId: string } {
  const { phone, email, accountNumber, name, q } = search;
  const all: Filter<CustomerDoc>[] = [];
  if (phone) all.push({ search: phone, phones: phone });
  if (email) all.push({ search: email, email });
  if (accountNumber) all.push({ accountKeys: keyOf(accountNumber) });
  if (name) all.push({ search: startsWith(wordsOf(name)), nameKey: range(wordsOf(name)) });
  for (const word of q ? wordsOf(q).split(' ') : []) all.push({ search: startsWith(word) });
  return { organisationId, ...(all.length > 0 ? { $and: all } : {}) };
}

/** A range instead of a pattern: text from outside is never read as one. */
const range = (prefix: string) => ({ $gte: prefix, $lt: `${prefix}\uffff` });
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
  const { _id, nameKey: _n, accountKeys: _a, phones: _p, search: _s, outbox: _o, ...customer } = doc;
  return { id: _id, ...customer };
}
