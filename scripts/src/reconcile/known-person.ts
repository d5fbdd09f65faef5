import type { CustomerFact } from '@malipo/matching';
import { accountKey, type Person } from './read/customers.ts';
import { nameKey } from './read/names.ts';

/** A customer as the rows so far tell of it. */
export type Known = Omit<CustomerFact, 'phones' | 'accountNumbers'> & {
  key: string | null;
  /** Every name that a row gave it, as `nameKey` has it. */
  spellings: Set<string>;
  phones: Set<string>;
  accounts: Set<string>;
  isListed: boolean;
};

/** A customer of whom nothing but its first row's name is known; `learn` adds what else the row says. */
export const newKnown = (person: Person, customerId: string, isListed: boolean): Known => ({
  isListed,
  customerId,
  name: person.name,
  isCompany: person.isCompany,
  contacts: person.contacts,
  key: null,
  spellings: new Set(),
  phones: new Set(),
  accounts: new Set(),
});

/** Adds what one more row says of the customer. */
export function learn(known: Known, person: Person): void {
  known.spellings.add(nameKey(person.name));
  if (person.key !== null) known.key ??= accountKey(person.key);
  for (const account of person.accounts) known.accounts.add(account);
  for (const phone of person.phones) known.phones.add(phone);
}

export const sharesPhone = (known: Known, person: Person): boolean =>
  person.phones.some((phone) => known.phones.has(phone));

const hasOtherKey = (known: Known, { key }: Person): boolean =>
  known.key !== null && key !== null && known.key !== accountKey(key);

/** Customer numbers or phones say that it is somebody else. */
export const hasOtherNumbers = (known: Known, person: Person): boolean =>
  hasOtherKey(known, person) || (known.phones.size > 0 && person.phones.length > 0 && !sharesPhone(known, person));

/** Customer or account numbers say that it is somebody else. */
export function hasOtherAccount(known: Known, person: Person): boolean {
  if (hasOtherKey(known, person)) return true;
  const own = new Set(person.accounts.map(accountKey));
  return (
    own.size > 0 && known.accounts.size > 0 && ![...known.accounts].some((account) => own.has(accountKey(account)))
  );
}
