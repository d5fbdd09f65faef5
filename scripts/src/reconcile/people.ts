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
  const byAccount = new Map<string, Known>();
  const byName = new Map<string, Known[]>();

  const find = (person: Person): Known | undefined => {
    const numbered = person.key === null ? undefined : byKey.get(accountKey(person.key));
    if (numbered) return numbered;
    for (const account of person.accounts) {
      const found = byAccount.get(accountKey(account));
      if (found && sharesWord(found.name, person.name)) return found;
    }
    const same = (byName.get(nameKey(person.name)) ?? []).filter(
      ({ accounts }) => accounts.size === 0 || person.accounts.length === 0,
    );
    const phoned = same.filter(({ phones }) => person.phones.some((phone) => phones.has(phone)));
    if (phoned.length === 1) return phoned[0];
    return same.length === 1 && (person.phones.length === 0 || same[0]?.phones.size === 0) ? same[0] : undefined;
  };

  const file = (known: Known, person: Person): void => {
    if (person.key !== null) byKey.set(accountKey(person.key), known);
    for (const account of person.accounts) {
      known.accounts.add(account);
      if (!byAccount.has(accountKey(account))) byAccount.set(accountKey(account), known);
    }
    for (const phone of person.phones) known.phones.add(phone);
  };

  return {
    /** The customer of a row, new or known. */
    take: (person: Person): { customerId: string; isNew: boolean } => {
      const found = find(person);
      const known = found ?? newKnown(person, `C${people.length + 1}`);
      if (!found) {
        people.push(known);
        const key = nameKey(person.name);
        byName.set(key, [...(byName.get(key) ?? []), known]);
      }
      file(known, person);
      return { customerId: known.customerId, isNew: !found };
    },
    facts: (): CustomerFact[] =>
      people.map(({ phones, accounts, ...rest }) => ({ ...rest, phones: [...phones], accountNumbers: [...accounts] })),
  };
}

export type Register = ReturnType<typeof createRegister>;

type Known = Omit<CustomerFact, 'phones' | 'accountNumbers'> & { phones: Set<string>; accounts: Set<string> };

const newKnown = (person: Person, customerId: string): Known => ({
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
