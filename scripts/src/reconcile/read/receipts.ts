import type { PaymentFact } from '@malipo/matching';
import type { PaymentField } from './columns.ts';
import { accountKey } from './customers.ts';
import { mayBeOne, nameKey, tellingWords } from './names.ts';
import type { Entry } from './table.ts';

/** M-Pesa's are ten capitals and digits, the first a letter. @see docs/providers.md */
const MPESA_RECEIPT = /^[A-Z][A-Z0-9]{9}$/;
/** A bank's own number of a transaction among the references; what a payer typed may come with several payments. */
const BANKS_REFERENCE = /^FT\d{5}[A-Z0-9]{5,10}$/;
const BANKS_REFERENCE_WRITTEN = /\bFT\d{5}[A-Z0-9]{5,10}\b/;

/** The same in a text; in small letters it has a digit, as words have not. */
const WRITTEN = /\b(?:[A-Z][A-Z0-9]{9}|(?=[A-Za-z]*\d)[A-Za-z][A-Za-z0-9]{9})\b/g;

/** What may be receipts of M-Pesa in a text, in capitals. */
export const receiptsIn = (text: string): string[] =>
  (text.match(WRITTEN) ?? []).map((receipt) => receipt.toUpperCase());

export const isMpesaReceipt = (receipt: string): boolean => MPESA_RECEIPT.test(receipt);

/** The bank's reference that a line names; one that takes money back repeats that of the money. '' where it has none. */
export const banksReferenceOf = (entry: Entry<PaymentField>): string =>
  (['details', 'reference', 'receipt'] as const)
    .map((field) => BANKS_REFERENCE_WRITTEN.exec(entry.text(field).toUpperCase())?.[0])
    .find((reference) => reference !== undefined) ?? '';

/** What a line is known by at a provider or in the business's own book; '' where it has nothing of the kind. */
export function receiptOf(entry: Entry<PaymentField>): string {
  const plain = (field: PaymentField): string => entry.text(field).replace(/\s/g, '').toUpperCase();
  const reference = plain('reference');
  return plain('receipt') || (BANKS_REFERENCE.test(reference) ? reference : '');
}

/** A number of the business's own book of receipts: unlike a provider's, it may stand for several payments. */
const isOwn = (receipt: string): boolean =>
  receipt !== '' && !MPESA_RECEIPT.test(receipt) && !BANKS_REFERENCE.test(receipt);

/** Who paid, and for which account. */
export type Payer = Pick<PaymentFact, 'reference' | 'payerNames' | 'number'>;

/** What makes a payment unlike every other one of its file. */
export type Receipts = {
  /** One receipt of the business's own book for another account or payer is another payment. */
  named: (receipt: string, payer: Payer) => string;
  /** A line without a receipt is told by what it says. */
  nameless: (entry: Entry<PaymentField>, facts: readonly (string | number)[]) => string;
};

/**
 * Tells the payments of one file apart. What is equal is counted: two equal lines without a receipt are two payments, and
 * the second of them is the second of another file that tells of the same days.
 */
export function createReceipts(): Receipts {
  const times = new Map<string, number>();
  const payers = new Map<string, Payer[]>();
  return {
    named: (receipt, payer) => {
      if (!isOwn(receipt)) return receipt;
      const known = payers.get(receipt) ?? [];
      payers.set(receipt, known);
      const found = known.findIndex((one) => !contradicts(one, payer));
      const at = found < 0 ? known.push(payer) - 1 : found;
      return at === 0 ? receipt : `${receipt} ${at + 1}`;
    },
    nameless: (entry, facts) => {
      const texts = TEXTS.map((field) => entry.text(field).replace(/\s+/g, ' ').toUpperCase());
      const told = [...facts, entry.text('currency').toUpperCase(), ...texts].join('|');
      const time = (times.get(told) ?? 0) + 1;
      times.set(told, time);
      return `no receipt ${told}|${time}`;
    },
  };
}

const TEXTS = ['reference', 'details', 'otherParty', 'name', 'firstName', 'middleName', 'lastName', 'phone'] as const;

/** Whether a repeat of a receipt names another account or payer; of a provider's receipt a statement may tell less. */
export const namesOther = (receipt: string, one: Payer, other: Payer): boolean =>
  contradicts(one, other) || (isOwn(receipt) && (accountOf(one) !== accountOf(other) || nameOf(one) !== nameOf(other)));

/** Both name an account, or both a payer, and not the same. */
function contradicts(one: Payer, other: Payer): boolean {
  const differ = (a: string, b: string): boolean => a !== '' && b !== '' && a !== b;
  if (differ(accountOf(one), accountOf(other)) || differ(endOf(one), endOf(other))) return true;
  const [name, otherName] = [nameOf(one), nameOf(other)];
  return name !== '' && otherName !== '' && !mayBeOne(tellingWords(name), tellingWords(otherName));
}

const accountOf = ({ reference }: Payer): string => accountKey(reference ?? '');
const nameOf = ({ payerNames }: Payer): string => nameKey(payerNames.join(' '));
/** The digits of a number that every mask shows. */
const endOf = ({ number: { form, value } }: Payer): string =>
  form === 'full' || form === 'masked' ? value.slice(-3) : '';
