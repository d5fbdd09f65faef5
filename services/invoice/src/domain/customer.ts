import { endingsOf, keyOf, wordsOf } from './keys.ts';

export type Contact = { name: string; phone: string | null; relation: string | null };

/** Somebody who is sent invoices. `accountNumbers` holds all of them, the main one, `accountNumber`, first. */
export type Customer = {
  id: string;
  organisationId: string;
  name: string;
  isCompany: boolean;
  /** `254…` digits. */
  phone: string | null;
  email: string | null;
  accountNumber: string | null;
  accountNumbers: readonly string[];
  kraPin: string | null;
  contacts: readonly Contact[];
  locale: 'en' | 'sw' | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
};

/** What a person may say about a customer; left out means: as it is, null means: none. */
export type CustomerInput = {
  name?: string | undefined;
  isCompany?: boolean | undefined;
  phone?: string | null | undefined;
  email?: string | null | undefined;
  accountNumber?: string | null | undefined;
  accountNumbers?: readonly string[] | undefined;
  kraPin?: string | null | undefined;
  contacts?:
    | readonly { name: string; phone?: string | null | undefined; relation?: string | null | undefined }[]
    | undefined;
  locale?: 'en' | 'sw' | null | undefined;
};

/** A new customer, version 1. */
export function newCustomer(input: CustomerInput & { name: string }, id: string, organisationId: string, at: Date) {
  const blank = {
    id,
    organisationId,
    name: input.name,
    isCompany: false,
    phone: null,
    email: null,
    accountNumber: null,
    accountNumbers: [],
    kraPin: null,
    contacts: [],
    locale: null,
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
  return merge(blank, input);
}

/** The customer after the change, one version on. No difference: undefined. */
export function changeCustomer(customer: Customer, input: CustomerInput, at: Date): Customer | undefined {
  const changed = merge(customer, input);
  if (JSON.stringify(changed) === JSON.stringify(customer)) return undefined;
  return { ...changed, version: customer.version + 1, updatedAt: at };
}

function merge(customer: Customer, input: CustomerInput): Customer {
  const { name, isCompany, phone, email, kraPin, contacts, locale } = input;
  return {
    ...customer,
    name: name ?? customer.name,
    isCompany: isCompany ?? customer.isCompany,
    phone: phone === undefined ? customer.phone : phone,
    email: email === undefined ? customer.email : email,
    ...mergeAccounts(customer, input),
    kraPin: kraPin === undefined ? customer.kraPin : kraPin,
    contacts: contacts?.map(toContact) ?? customer.contacts,
    locale: locale === undefined ? customer.locale : locale,
  };
}

const toContact = (contact: NonNullable<CustomerInput['contacts']>[number]): Contact => ({
  name: contact.name,
  phone: contact.phone ?? null,
  relation: contact.relation ?? null,
});

/**
 * A main number that is held already moves to the front, a new one takes the place of the main one before it; null takes
 * that one away, and the others stay without a main one. Of several that compare equal the first stays.
 */
function mergeAccounts(held: Customer, { accountNumber: stated, accountNumbers }: CustomerInput) {
  const main = stated === undefined ? held.accountNumber : stated;
  const heldKeys = held.accountNumbers.map(keyOf);
  const stays = stated === undefined || (stated !== null && heldKeys.includes(keyOf(stated)));
  const others = accountNumbers ?? held.accountNumbers.filter((account) => stays || account !== held.accountNumber);
  const all = main === null ? others : [main, ...others];
  const keys = all.map(keyOf);
  const unlike = all.filter((account, at) => keys.indexOf(keyOf(account)) === at);
  // the first numbers that a customer gets need not say which is the main one
  const first = stated === undefined && heldKeys.length === 0 ? unlike[0] : null;
  return { accountNumber: main ?? first ?? null, accountNumbers: unlike };
}

/**
 * Everything a search finds this customer by: full names as `wordsOf` makes them, what the words of names and account
 * numbers end in, phones, e-mail.
 */
export function searchTerms(customer: Customer): string[] {
  const names = [customer.name, ...customer.contacts.map((contact) => contact.name)].map(wordsOf);
  const terms = [
    ...names,
    ...names.flatMap((name) => name.split(' ')).flatMap(endingsOf),
    ...customer.accountNumbers.map(wordsOf).flatMap(endingsOf),
    ...phonesOf(customer),
    ...(customer.email ? [customer.email] : []),
  ];
  return [...new Set(terms)];
}

/** Its own phone and its contacts'. */
export const phonesOf = (customer: Customer): string[] =>
  [customer.phone, ...customer.contacts.map((contact) => contact.phone)].filter((phone) => phone !== null);
