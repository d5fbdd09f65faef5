import { hashMsisdn, NONE, orNone } from '@malipo/values';
import { formsOfAccount } from '../keys/account-forms.ts';
import type { CustomerRecord, State } from '../state.ts';
import { compactReference } from '../text/fold.ts';
import { tellingWords } from '../text/names.ts';
import { hashKey } from '../text/number-hash.ts';
import type { CustomerFact } from '../types.ts';
import type { Postings } from './postings.ts';

/** Digits that every mask shows at its beginning, and nearly all payers share. */
export const MASK_BEGIN = 4;
/** Digits of a phone under whose end customers are filed; fewer than these, and strangers have them too often. */
export const MASK_END = 3;
const DIGITS = [...'0123456789'];

/** The last digits that a mask shows. */
export const endOf = (mask: string): string => mask.slice(mask.lastIndexOf('*') + 1);

/** The ends under which customers are filed whom a mask may mean: one, or ten where it shows a digit less. */
export function endsOfMask(mask: string): string[] {
  const end = endOf(mask).slice(-MASK_END);
  return end.length === MASK_END ? [end] : DIGITS.map((digit) => digit + end);
}

/** Shows a mask enough digits beside those that nearly all payers share, and that some masks leave out? */
export const isTellingMask = (mask: string): boolean =>
  endOf(mask).length >= MASK_END || mask.replace(/\D/g, '').length >= MASK_BEGIN + MASK_END;

/** The record of a customer; an empty one where only an invoice or a payment has told of it so far. */
export function customerRecord(state: State, customerId: string): CustomerRecord {
  const known = state.customerById.get(customerId);
  if (known) return known;
  const record: CustomerRecord = {
    customerId,
    slot: state.customers.length,
    known: false,
    name: NONE,
    contacts: NONE,
    phones: NONE,
    contactPhones: NONE,
    accounts: NONE,
    open: NONE,
    pending: null,
  };
  state.customers.push(record);
  state.customerById.set(customerId, record);
  return record;
}

/** Files a customer under its names, numbers and accounts, replacing what it was filed under before. */
export function saveCustomer(state: State, fact: CustomerFact): void {
  const record = customerRecord(state, fact.customerId);
  if (record.known) unfile(state, record);
  const ids = (name: string, company: boolean) => tellingWords(name, company).map((word) => state.names.idOf(word));
  record.known = true;
  record.name = ids(fact.name, fact.isCompany);
  record.contacts = orNone(fact.contacts.map((contact) => ids(contact.name, false)));
  record.phones = distinct(fact.phones);
  record.contactPhones = distinct(fact.contacts.flatMap((contact) => contact.phone ?? []));
  record.accounts = distinct(fact.accountNumbers.map(compactReference).filter((account) => account !== ''));
  state.names.add(record.slot, [record.name, ...record.contacts]);
  for (const { balanceCents } of record.open) state.balances.renew(balanceCents, record.slot);
  eachKey(state, record, (index, key) => index.add(key, record.slot));
}

const distinct = (texts: readonly string[]): readonly string[] => orNone([...new Set(texts)]);

function unfile(state: State, record: CustomerRecord): void {
  state.names.remove(record.slot, [record.name, ...record.contacts]);
  eachKey(state, record, (index, key) => index.remove(key, record.slot));
}

/** Visits every key that a customer is filed under, with the index it belongs to. */
function eachKey(
  state: State,
  record: CustomerRecord,
  visit: <K extends string | number>(index: Postings<K>, key: K) => void,
): void {
  for (const phone of new Set([...record.phones, ...record.contactPhones])) {
    visit(state.phones, phone);
    visit(state.hashes, hashKey(hashMsisdn(phone)));
    visit(state.phoneEnds, phone.slice(-MASK_END));
  }
  for (const account of record.accounts) {
    visit(state.accounts, account);
    for (const form of formsOfAccount(account)) if (form !== account) visit(state.accountForms, form);
  }
}
