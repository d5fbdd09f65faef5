import { hashMsisdn } from '@malipo/values';
import type { CustomerRecord, State } from '../state.ts';
import { compactReference } from '../text/fold.ts';
import { tellingWords } from '../text/names.ts';
import type { CustomerFact } from '../types.ts';

/** Digits that every masked number still shows at its end. */
export const MASK_END = 3;
const MIN_ACCOUNT_DIGITS = 3;

export function customerRecord(state: State, customerId: string): CustomerRecord {
  const known = state.customerById.get(customerId);
  if (known) return known;
  const record: CustomerRecord = {
    customerId,
    slot: state.customers.length,
    fact: null,
    name: [],
    contacts: [],
    phones: [],
    contactPhones: [],
    accounts: [],
    open: [],
    settled: [],
    pending: new Set(),
  };
  state.customers.push(record);
  state.customerById.set(customerId, record);
  return record;
}

/** Files a customer under its names, numbers and accounts, replacing what it was filed under before. */
export function saveCustomer(state: State, fact: CustomerFact): void {
  const record = customerRecord(state, fact.customerId);
  if (record.fact) unfile(state, record);
  const ids = (name: string, company: boolean) => tellingWords(name, company).map((word) => state.names.idOf(word));
  record.fact = fact;
  record.name = ids(fact.name, fact.isCompany);
  record.contacts = fact.contacts.map((contact) => ids(contact.name, false));
  record.phones = [...new Set(fact.phones)];
  record.contactPhones = [...new Set(fact.contacts.flatMap((contact) => contact.phone ?? []))];
  record.accounts = [...new Set(fact.accountNumbers.map(compactReference).filter((account) => account !== ''))];
  state.names.add(record.slot, [record.name, ...record.contacts]);
  eachKey(record, (index, key) => state[index].add(key, record.slot));
}

function unfile(state: State, record: CustomerRecord): void {
  state.names.remove(record.slot, [record.name, ...record.contacts]);
  eachKey(record, (index, key) => state[index].remove(key, record.slot));
}

type KeyIndex = 'phones' | 'hashes' | 'phoneEnds' | 'accounts' | 'accountDigits';

function eachKey(record: CustomerRecord, visit: (index: KeyIndex, key: string) => void): void {
  for (const phone of new Set([...record.phones, ...record.contactPhones])) {
    visit('phones', phone);
    visit('hashes', hashMsisdn(phone));
    visit('phoneEnds', phone.slice(-MASK_END));
  }
  for (const account of record.accounts) {
    visit('accounts', account);
    const digits = account.replace(/\D/g, '');
    if (digits.length >= MIN_ACCOUNT_DIGITS && digits !== account) visit('accountDigits', digits);
  }
}
