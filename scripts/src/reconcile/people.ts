import type { CustomerFact } from '@malipo/matching';
import { accountKey, type Person } from './read/customers.ts';

/**
 * Puts together what several rows tell of the same customer. A customer's own number decides, then the account number
 * with a word of the name, then the name with a phone; a name alone counts only where nobody else is called the same,
 * since two customers taken for one would be paid for each other.
 */
export function createRegister() {
  const people: Known[] = [];
  const byKey = new Map<string, Known>();
  const byAccount = new Map<string, Set<Known>>();
  const byName = new Map<string, Known[]>();
  const byPhone = new Map<string, Known>();

  const findByKey = ({ key }: Person): Known | undefined => (key === null ? undefined : byKey.get(accountKey(key)));

  /** The one with this account that is called the same, or nearly: two buildings may both have a house A1. */
  const findByAccount = (person: Person, isNear: boolean): Known | undefined => {
    const all = person.accounts.flatMap((account) => [...(byAccount.get(accountKey(account)) ?? [])]);
    const same = all.find(({ name }) => nameKey(name) === nameKey(person.name));
    return same ?? (isNear ? all.find(({ name }) => sharesWord(name, person.name)) : undefined);
  };

  /** Rows of the list are one customer only where number and name say so; two parents may well be called the same. */
  const findListed = (person: Person): Known | undefined => findByKey(person) ?? findByAccount(person, false);

  const find = (person: Person): Known | undefined => {
    const numbered = findByKey(person) ?? findByAccount(person, true);
    if (numbered) return numbered;
    if (person.name === person.phones[0]) return byPhone.get(person.name);
    return findByName(person);
  };

  const findByName = (person: Person): Known | undefined => {
    const same = (byName.get(nameKey(person.name)) ?? []).filter(
      ({ accounts }) => accounts.size === 0 || person.accounts.length === 0,
    );
    if (same.length === 1 && same[0]?.isListed) return same[0];
    const phoned = same.filter(({ phones }) => person.phones.some((phone) => phones.has(phone)));
    if (phoned.length === 1) return phoned[0];
    return same.length === 1 && (person.phones.length === 0 || same[0]?.phones.size === 0) ? same[0] : undefined;
  };

  const file = (known: Known, person: Person): void => {
    if (person.key !== null) byKey.set(accountKey(person.key), known);
    for (const account of person.accounts) {
      known.accounts.add(account);
      const sharing = byAccount.get(accountKey(account));
      if (sharing) sharing.add(known);
      else byAccount.set(accountKey(account), new Set([known]));
    }
    for (const phone of person.phones) {
      known.phones.add(phone);
      if (!byPhone.has(phone)) byPhone.set(phone, known);
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
      people.map(({ phones, accounts, isListed: _, ...rest }) => ({
        ...rest,
        phones: [...phones],
        accountNumbers: [...accounts],
      })),
  };
}

type Known = Omit<CustomerFact, 'phones' | 'accountNumbers'> & {
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
  phones: new Set(),
  accounts: new Set(),
});

const sharesWord = (one: string, other: string): boolean => {
  const words = new Set(nameKey(one).split(' '));
  return nameKey(other)
    .split(' ')
    .some((word) => words.has(word));
};

const nameKey = (name: string): string =>
  name
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, ' ')
    .trim();
