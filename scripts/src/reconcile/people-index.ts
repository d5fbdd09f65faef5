import type { Known } from './known-person.ts';
import { accountKey, type Person } from './read/customers.ts';
import { nameKey } from './read/names.ts';

export type PeopleIndex = ReturnType<typeof createPeopleIndex>;

/** Where customers are looked up: by the name they came with first, and by every number that a row gave them. */
export function createPeopleIndex() {
  const byKey = new Map<string, Known>();
  const byAccount = new Map<string, Set<Known>>();
  const byName = new Map<string, Set<Known>>();
  const byPhone = new Map<string, Set<Known>>();
  return {
    numbered: ({ key }: Person): Known | undefined => (key === null ? undefined : byKey.get(accountKey(key))),
    sharingAccount: ({ accounts }: Person): Known[] => [
      ...new Set(accounts.flatMap((account) => [...(byAccount.get(accountKey(account)) ?? [])])),
    ],
    named: (name: string): Known[] => [...(byName.get(nameKey(name)) ?? [])],
    phoned: (phone: string): Known[] => [...(byPhone.get(phone) ?? [])],
    addName: (known: Known): void => addTo(byName, nameKey(known.name), known),
    addNumbers: (known: Known, { key, accounts, phones }: Person): void => {
      if (key !== null) byKey.set(accountKey(key), known);
      for (const account of accounts) addTo(byAccount, accountKey(account), known);
      for (const phone of phones) addTo(byPhone, phone, known);
    },
  };
}

const addTo = (index: Map<string, Set<Known>>, key: string, known: Known): void =>
  void index.set(key, (index.get(key) ?? new Set()).add(known));
