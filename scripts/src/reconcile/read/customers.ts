import type { CustomerFact } from '@malipo/matching';
import { canonicalReference } from '@malipo/matching';
import { CUSTOMER_COLUMNS, type CustomerField } from './columns.ts';
import { findTables } from './find-tables.ts';
import type { Sheets } from './open-file.ts';
import { readPhones } from './phone.ts';
import type { Remark } from './remarks.ts';
import { type Entry, readRows } from './table.ts';
import { referenceOf } from './values-of.ts';

/** A customer as a row tells of one; `key` is the number that the business's own books know it by. */
export type Person = {
  key: string | null;
  name: string;
  accounts: string[];
  phones: string[];
  contacts: CustomerFact['contacts'];
  isCompany: boolean;
};

/** Legal endings and other words that no person is called by. */
const COMPANY =
  /\b(?:ltd|limited|plc|llp|inc|co|company|group|sacco|enterprises?|holdings|agencies|supplies|distributors|academy|school|church|hospital|clinic)\b\.?/i;

export const looksLikeCompany = (name: string): boolean => COMPANY.test(name);

/** @throws {FileError} where no sheet has the columns */
export function readCustomers(opened: Sheets, remarks: Remark[]): Person[] {
  return findTables(opened, CUSTOMER_COLUMNS, remarks).flatMap((table) => readRows(table, remarks, readCustomer));
}

function readCustomer(entry: Entry<CustomerField>): Person {
  const phones = [...phonesOf(entry, 'phone'), ...phonesOf(entry, 'otherPhone')];
  const key = referenceOf(entry, 'customerId');
  const account = referenceOf(entry, 'account');
  const name = entry.text('name') || (account ?? key ?? '');
  if (name === '') throw entry.fail(null, 'no name and no number', 'fill one of them in, or delete the row');
  const contact = entry.text('contact');
  const [contactPhone] = phonesOf(entry, 'contactPhone');
  return {
    key,
    name,
    accounts: [account, key].filter((number): number is string => number !== null),
    phones,
    contacts: contact === '' && !contactPhone ? [] : [{ name: contact, phone: contactPhone }],
    isCompany: /company|business|kampuni/i.test(entry.text('kind')) || looksLikeCompany(name),
  };
}

/** Phones of a cell; what in it is none is said and left out. */
export function phonesOf<Field extends string>(entry: Entry<Field>, field: Field): string[] {
  const { phones, rest } = readPhones(entry.cell(field));
  if (rest.length > 0) {
    entry.doubt(field, 'not a phone number; the row is read without it', 'write it like 0712345678');
  }
  return phones;
}

/** One spelling of an account number or a customer's own number, for comparing. */
export const accountKey = (number: string): string => canonicalReference(number);
