import { hashMsisdn, NONE } from '@malipo/values';
import { accountKeys, invoiceKeys, phoneKeys, referenceKeys, serialsOf } from '../keys/reference-keys.ts';
import type { CustomerRecord, SeenPayment, State } from '../state.ts';
import { MIN_FUZZY, possibleNames, tellingWords } from '../text/names.ts';
import { textOf } from '../text/payment-text.ts';
import type { CustomerFact, InvoiceFact, PaymentFact } from '../types.ts';
import { endsOfMask, MASK_END } from './customers.ts';
import { digitKeysOf, digitsOf, eachSlip, MAX_DIGITS, MIN_SERIAL } from './digit-key.ts';
import type { NameIndex } from './name-index.ts';
import { payerKeys } from './payments.ts';

/** Keys of an unresolved payment under which a customer or invoice that appears later will look for it. */
function waitingKeys(payment: PaymentFact): string[] {
  const text = textOf(payment);
  const names = new Set([...possibleNames(text), ...payment.payerNames.flatMap((name) => tellingWords(name, false))]);
  const keys = [...referenceKeys(text), ...payerKeys(payment), ...[...names].map((name) => `w ${name}`)];
  if (payment.number.form === 'masked') keys.push(...endsOfMask(payment.number.value).map((end) => `e ${end}`));
  return keys;
}

/** Files money without a home under all that may explain it later. */
export function wait(state: State, seen: SeenPayment, payment: PaymentFact): void {
  state.unresolved.set(seen.paymentId, seen);
  seen.waitingKeys = waitingKeys(payment);
  for (const key of seen.waitingKeys) {
    const ids = state.waiting.get(key);
    if (ids) ids.add(seen.paymentId);
    else state.waiting.set(key, new Set([seen.paymentId]));
  }
}

/** Takes it out again, once it has a home or is about to be decided anew. */
export function waitNoMore(state: State, seen: SeenPayment): void {
  state.unresolved.delete(seen.paymentId);
  for (const key of seen.waitingKeys) {
    const ids = state.waiting.get(key);
    ids?.delete(seen.paymentId);
    if (ids?.size === 0) state.waiting.delete(key);
  }
  seen.waitingKeys = NONE;
}

/** The keys under which money may wait for this customer. */
export function keysOfCustomer(customer: CustomerFact): string[] {
  const names = [
    ...tellingWords(customer.name, customer.isCompany),
    ...customer.contacts.flatMap((contact) => tellingWords(contact.name, false)),
  ].flatMap(damaged);
  const phones = [...customer.phones, ...customer.contacts.flatMap((contact) => contact.phone ?? [])];
  return keysOf(phones, customer.accountNumbers, names);
}

/** The same keys of a customer as it is remembered. */
export function keysOfRecord({ words }: NameIndex, customer: CustomerRecord): string[] {
  const names = [...customer.name, ...customer.contacts.flat()].map((id) => words[id] ?? '');
  return keysOf([...customer.phones, ...customer.contactPhones], customer.accounts, names);
}

const keysOf = (phones: readonly string[], accounts: readonly string[], names: readonly string[]): string[] => [
  ...phones.flatMap((phone) => [`n ${hashMsisdn(phone)}`, `e ${phone.slice(-MASK_END)}`, ...phoneKeys(phone)]),
  ...accounts.flatMap(accountKeys),
  ...names.map((name) => `w ${name}`),
];

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** What a word may have become by one slip, or where it was cut off; the matcher takes these for the word. */
function damaged(word: string): string[] {
  const found = [word];
  for (let at = MIN_FUZZY; at < word.length; at++) found.push(word.slice(0, at));
  if (word.length < MIN_FUZZY) return found;
  for (let at = 0; at <= word.length; at++) {
    const [head, tail] = [word.slice(0, at), word.slice(at + 1)];
    const letter = word[at] ?? '';
    found.push(head + tail, head + tail.slice(0, 1) + letter + tail.slice(1));
    for (const other of LETTERS) found.push(head + other + tail, head + other + letter + tail);
  }
  return found;
}

/** Those of its number, and of what a payer who typed it with one slip wrote. */
export function keysOfInvoice({ number }: InvoiceFact): string[] {
  const keys = [...invoiceKeys(number), ...digitKeysOf(number).map((key) => `d:${digitsOf(key)}`)];
  addSlips(keys, 'd', number.replace(/\D/g, ''));
  for (const serial of serialsOf(number)) addSlips(keys, 's', serial);
  return keys;
}

function addSlips(keys: string[], prefix: 'd' | 's', digits: string): void {
  if (digits.length < MIN_SERIAL || digits.length >= MAX_DIGITS) return;
  eachSlip(digits, (key) => keys.push(`${prefix}:${digitsOf(key)}`));
}
