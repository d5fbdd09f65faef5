import { keyOf, wordsOf } from './keys.ts';

export type Contact = { name: string; phone: string | null; relation: string | null };

/** Somebody who is sent invoices. `accountNumbers` holds all of them, the main one first. */
export type Customer = {
  id: string;
  organisationId: string;
  name: string;
  isCompany: boolean;
  /** `254…` digits. */
  phone: string | null;
  email: string | null;
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
    accountNumbers: mergeAccounts(customer.accountNumbers, input),
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

/** The main one first, then the others; of several that compare equal the first stays. */
function mergeAccounts(held: readonly string[], input: CustomerInput): string[] {
  const [heldMain, ...heldOthers] = held;
  const main = input.accountNumber === undefined ? heldMain : input.accountNumber;
  const all = [...(main ? [main] : []), ...(input.accountNumbers ?? heldOthers)];
  return [...new Map(all.toReversed().map((account) => [keyOf(account), account])).values()].toReversed();
}

/**
 * Everything a search finds this customer by: full names, account numbers without spaces, the words of both, phones,
 * e-mail; as `wordsOf` makes them.
 */
export function searchTerms(customer: Customer): string[] {
  const names = [customer.name, ...customer.contacts.map((contact) => contact.name)].map(wordsOf);
  const accounts = customer.accountNumbers.map(wordsOf);
  const terms = [
    ...names,
    ...accounts.map((account) => account.replaceAll(' ', '')),
    ...[...names, ...accounts].flatMap((text) => text.split(' ')),
    ...phonesOf(customer),
    ...(customer.email ? [customer.email] : []),
  ];
  return [...new Set(terms)];
}

/** Its own phone and its contacts'. */
export const phonesOf = (customer: Customer): string[] =>
  [customer.phone, ...customer.contacts.map((contact) => contact.phone)].filter((phone) => phone !== null);
