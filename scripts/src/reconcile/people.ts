import type { CustomerFact } from '@malipo/matching';
import { hasOtherAccount, hasOtherNumbers, type Known, learn, newKnown, sharesPhone } from './known-person.ts';
import { createPeopleIndex, type PeopleIndex } from './people-index.ts';
import type { Person } from './read/customers.ts';
import { mayBeOne, nameKey, sharedWords, tellingWords } from './read/names.ts';

/**
 * Puts together what several rows tell of the same customer. A customer's own number decides, then the account number
 * with a name that fits, then the name with a phone; a name alone counts only where nobody else is called the same,
 * since two customers taken for one would be paid for each other.
 */
export function createRegister() {
  const people: Known[] = [];
  const index = createPeopleIndex();
  return {
    /**
     * The customer of a row, new or known.
     * @param isListed says that it comes from the list of customers, where a name that stands once is one customer
     */
    take: (person: Person, isListed: boolean): { customerId: string; isListed: boolean } => {
      const found = isListed ? findListed(index, person) : find(index, person);
      const known = found ?? newKnown(person, `C${people.length + 1}`, isListed);
      if (!found) {
        people.push(known);
        index.addName(known);
      }
      learn(known, person);
      index.addNumbers(known, person);
      return { customerId: known.customerId, isListed: known.isListed };
    },
    facts: (): CustomerFact[] =>
      people.map(({ customerId, name, isCompany, contacts, phones, accounts }) => {
        return { customerId, name, isCompany, contacts, phones: [...phones], accountNumbers: [...accounts] };
      }),
  };
}

/** Rows of the list are one customer only where number and name say so; two parents may well be called the same. */
const findListed = (index: PeopleIndex, person: Person): Known | undefined =>
  index.numbered(person) ?? findByAccount(index, person, false);

function find(index: PeopleIndex, person: Person): Known | undefined {
  const numbered = index.numbered(person) ?? findByAccount(index, person, true);
  if (numbered) return numbered;
  return person.name === person.phones[0] ? findByPhone(index, person.name) : findByName(index, person);
}

/** The one with this account that is called the same: two buildings may both have a house A1. */
function findByAccount(index: PeopleIndex, person: Person, isNear: boolean): Known | undefined {
  const all = index.sharingAccount(person).filter((known) => !hasOtherNumbers(known, person));
  const same = all.filter(({ spellings }) => spellings.has(nameKey(person.name)));
  return same.length > 0 || !isNear ? only(same) : mostAlike(all, person);
}

function findByPhone(index: PeopleIndex, phone: string): Known | undefined {
  const all = index.phoned(phone);
  return all.find(({ name }) => name === phone) ?? only(all);
}

function findByName(index: PeopleIndex, person: Person): Known | undefined {
  const same = index.named(person.name).filter((known) => !hasOtherAccount(known, person));
  if (same.length === 1 && same[0]?.isListed) return same[0];
  const phoned = same.filter((known) => sharesPhone(known, person));
  if (phoned.length === 1) return phoned[0];
  return same.length === 1 && (person.phones.length === 0 || same[0]?.phones.size === 0) ? same[0] : undefined;
}

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
