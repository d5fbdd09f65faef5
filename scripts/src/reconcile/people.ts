import type { CustomerFact } from '@malipo/matching';
import { accountKey, type Person } from './read/customers.ts';
import { mayBeOne, nameKey, sharedWords, tellingWords } from './read/names.ts';

/**
 * Puts together what several rows tell of the same customer. A customer's own number decides, then the account number
 * with a name that fits, then the name with a phone; a name alone counts only where nobody else is called the same,
 * since two customers taken for one would be paid for each other.
 */
export function createRegister() {
  const people: Known[] = [];
  const byKey = new Map<string, Known>();
  const byAccount = new Map<string, Set<Known>>();
  const byName = new Map<string, Known[]>();
  const byPhone = new Map<string, Set<Known>>();

  const findByKey = ({ key }: Person): Known | undefined => (key === null ? undefined : byKey.get(accountKey(key)));

  /** The one with this account that is called the same: two buildings may both have a house A1. */
  const findByAccount = (person: Person, isNear: boolean): Known | undefined => {
    const sharing = new Set(person.accounts.flatMap((account) => [...(byAccount.get(accountKey(account)) ?? [])]));
    const all = [...sharing].filter((known) => !hasOtherNumbers(known, person));
    const same = all.filter(({ spellings }) => spellings.has(nameKey(person.name)));
    return same.length > 0 || !isNear ? only(same) : mostAlike(all, person);
  };

  /** Rows of the list are one customer only where number and name say so; two parents may well be called the same. */
  const findListed = (person: Person): Known | undefined => findByKey(person) ?? findByAccount(person, false);

  const find = (person: Person): Known | undefined => {
    const numbered = findByKey(person) ?? findByAccount(person, true);
    if (numbered) return numbered;
    return person.name === person.phones[0] ? findByPhone(person.name) : findByName(person);
  };

  const findByPhone = (phone: string): Known | undefined => {
    const all = [...(byPhone.get(phone) ?? [])];
    return all.find(({ name }) => name === phone) ?? only(all);
  };

  const findByName = (person: Person): Known | undefined => {
    const same = (byName.get(nameKey(person.name)) ?? []).filter((known) => !hasOtherAccount(known, person));
    if (same.length === 1 && same[0]?.isListed) return same[0];
    const phoned = same.filter((known) => sharesPhone(known, person));
    if (phoned.length === 1) return phoned[0];
    return same.length === 1 && (person.phones.length === 0 || same[0]?.phones.size === 0) ? same[0] : undefined;
  };

  const file = (known: Known, person: Person): void => {
    known.spellings.add(nameKey(person.name));
    if (person.key !== null) {
      known.key ??= accountKey(person.key);
      byKey.set(accountKey(person.key), known);
    }
    for (const account of person.accounts) {
      known.accounts.add(account);
      addTo(byAccount, accountKey(account), known);
    }
    for (const phone of person.phones) {
      known.phones.add(phone);
      addTo(byPhone, phone, known);
    }
  };

  return {
    /**
     * The customer of a row, new or known.
     * @param isListed says that it comes from the list of customers, where a name that stands once is one customer
     */
    take: (person: Person, isListed: boolean): { customerId: string; isListed: boolean } => {
      const found = isListed ? findListed(person) : find(person);
      const known = found ?? newKnown(person, `C${people.length + 1}`, isListed);
      if (!found) {
        people.push(known);
        const key = nameKey(person.name);
        byName.set(key, [...(byName.get(key) ?? []), known]);
      }
      file(known, person);
      return { customerId: known.customerId, isListed: known.isListed };
    },
    facts: (): CustomerFact[] =>
      people.map(({ customerId, name, isCompany, contacts, phones, accounts }) => {
        return { customerId, name, isCompany, contacts, phones: [...phones], accountNumbers: [...accounts] };
      }),
  };
}

type Known = Omit<CustomerFact, 'phones' | 'accountNumbers'> & {
  key: string | null;
  /** Every name that a row gave it, as `nameKey` has it. */
  spellings: Set<string>;
  phones: Set<string>;
  accounts: Set<string>;
  isListed: boolean;
};

const newKnown = (person: Person, customerId: string, isListed: boolean): Known => ({
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

/** The one that has most words in common with the name; all that it was called before must fit, and a tie is a doubt. */
function mostAlike(all: readonly Known[], person: Person): Known | undefined {
  const words = tellingWords(person.name);
  const alike = all.flatMap((known) => {
    const names = [...known.spellings].map(tellingWords);
    if (!names.every((name) => mayBeOne(name, words))) return [];
    return { known, shared: Math.max(...names.map((name) => sharedWords(name, words))) };
  });
  const most = Math.max(...alike.map(({ shared }) => shared));
  return only(alike.filter(({ shared }) => shared === most))?.known;
}

const only = <T>(all: readonly T[]): T | undefined => (all.length === 1 ? all[0] : undefined);

const sharesPhone = (known: Known, person: Person): boolean => person.phones.some((phone) => known.phones.has(phone));

const hasOtherKey = (known: Known, { key }: Person): boolean =>
  known.key !== null && key !== null && known.key !== accountKey(key);

/** Customer numbers or phones say that it is somebody else. */
const hasOtherNumbers = (known: Known, person: Person): boolean =>
  hasOtherKey(known, person) || (known.phones.size > 0 && person.phones.length > 0 && !sharesPhone(known, person));

function hasOtherAccount(known: Known, person: Person): boolean {
  if (hasOtherKey(known, person)) return true;
  const own = new Set(person.accounts.map(accountKey));
  return (
    own.size > 0 && known.accounts.size > 0 && ![...known.accounts].some((account) => own.has(accountKey(account)))
  );
}

const addTo = (index: Map<string, Set<Known>>, key: string, known: Known): void =>
  void index.set(key, (index.get(key) ?? new Set()).add(known));
