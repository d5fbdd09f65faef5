import { formatMoney } from '@malipo/values';
import { cutGsm7, gsm7Length, toGsm7 } from './gsm7.ts';

export type Locale = 'en' | 'sw';

/** What a receipt says; nothing about the payer, and the balance only where the reader is the customer. */
export type Receipt = {
  organisationName: string;
  currency: string;
  amountCents: number;
  receipt: string;
  invoiceNumbers: readonly string[];
  creditCents: number;
  /** What the customer still owes; null keeps it out of the message. */
  balanceCents: number | null;
};

/** One part of an SMS in the default alphabet. */
const SMS_SEPTETS = 160;

const WORDS = {
  en: {
    received: (money: string, what: string, receipt: string) => `${money} received for ${what}, receipt ${receipt}.`,
    account: 'your account',
    more: (first: string, others: number) => `${first} and ${others} more`,
    balance: (money: string) => `Balance ${money}.`,
    credit: (money: string) => `Credit ${money}.`,
    thanks: 'Asante.',
  },
  sw: {
    received: (money: string, what: string, receipt: string) => `Tumepokea ${money} kwa ${what}, risiti ${receipt}.`,
    account: 'akaunti yako',
    more: (first: string, others: number) => `${first} na nyingine ${others}`,
    balance: (money: string) => `Salio la deni ${money}.`,
    credit: (money: string) => `Akiba yako ${money}.`,
    thanks: 'Asante.',
  },
} as const;

type Words = (typeof WORDS)[Locale];

const invoicesIn = (words: Words, numbers: readonly string[], max: number): string => {
  const first = cutGsm7(toGsm7(numbers[0] ?? ''), max);
  if (!first) return words.account;
  return numbers.length > 1 ? words.more(first, numbers.length - 1) : first;
};

/** From the fullest wording to the barest: how much room the business's name and the invoice's number get. */
const STEPS = [
  { name: 60, number: 40 },
  { name: 30, number: 24 },
  { name: 20, number: 16 },
  { name: 11, number: 12 },
] as const;

const RECEIPT_MAX = 20;

/**
 * The receipt as one SMS part (160 septets): names are shortened as far as needed, amounts and the receipt never are.
 * @param receipt amounts in cents of `currency`
 */
export function smsText(receipt: Receipt, locale: Locale): string {
  const texts = STEPS.map((step) => wording(receipt, locale, step.name, step.number));
  return texts.find((text) => gsm7Length(text) <= SMS_SEPTETS) ?? cutGsm7(texts.at(-1) ?? '', SMS_SEPTETS);
}

function wording(receipt: Receipt, locale: Locale, nameMax: number, numberMax: number): string {
  const words = WORDS[locale];
  const name = cutGsm7(toGsm7(receipt.organisationName), nameMax) || 'Malipo';
  return `${name}: ${sentences(receipt, words, invoicesIn(words, receipt.invoiceNumbers, numberMax)).join(' ')}`;
}

function sentences(receipt: Receipt, words: Words, invoices: string): string[] {
  const money = (value: number) => formatMoney(value, receipt.currency);
  const { balanceCents, creditCents } = receipt;
  const shown = balanceCents !== null;
  return [
    words.received(money(receipt.amountCents), invoices, cutGsm7(toGsm7(receipt.receipt), RECEIPT_MAX)),
    ...(shown && (balanceCents > 0 || creditCents === 0) ? [words.balance(money(balanceCents))] : []),
    ...(shown && balanceCents <= 0 && creditCents > 0 ? [words.credit(money(creditCents))] : []),
    words.thanks,
  ];
}

const SUBJECT = { en: 'Receipt', sw: 'Risiti' } as const;

/** The receipt as a plain e-mail: every invoice by its full number. */
export function emailText(receipt: Receipt, locale: Locale): { subject: string; text: string } {
  const words = WORDS[locale];
  const invoices = receipt.invoiceNumbers.join(', ') || words.account;
  return {
    subject: `${SUBJECT[locale]} ${receipt.receipt}: ${receipt.organisationName}`.replace(/\s+/g, ' ').slice(0, 150),
    text: [receipt.organisationName, '', ...sentences(receipt, words, invoices)].join('\n'),
  };
}
