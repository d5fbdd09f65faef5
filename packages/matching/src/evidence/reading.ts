import { endsOfMask } from '../index/customers.ts';
import { payerKeys } from '../index/payments.ts';
import type { State } from '../state.ts';
import { withoutZeros } from '../text/fold.ts';
import { MIN_FUZZY, nameWords, possibleNames } from '../text/names.ts';
import { textOf } from '../text/payment-text.ts';
import { type PeriodWord, periodWordsIn } from '../text/periods.ts';
import type { PaymentFact } from '../types.ts';
import { countJoint } from './joint.ts';
import { readNumbers } from './numbers.ts';
import { periodsBesideNumbers } from './periods.ts';
import { type Segments, segment } from './segments.ts';

/** How well a text names a number: 4 exactly, 3 short or look-alike, 2 one slip, 1 two slips, 0 not. */
export type Level = 0 | 1 | 2 | 3 | 4;

/** An invoice that the reference names, how well, with how many digits, and where they start (-1 for a slip). */
export type Hit = { invoice: number; level: Level; digits: number; start: number };

/** A number that the invoices of many share, as `0826` in `B4-02-0826`: it tells which invoice of a customer's, and not whose. */
export type SharedNumber = { folded: string; key: number; bySlip: boolean };

/** A payment as the matcher reads it: everything that can be known without looking at a candidate. */
export type Reading = {
  payment: PaymentFact;
  /** What the payer typed, or the bank's narrative. */
  text: string;
  segments: Segments;
  hits: Hit[];
  slipHits: Hit[];
  /** Null for none, which is nearly always. */
  shared: SharedNumber[] | null;
  /** How many customers' invoices are named of which exactly the sum was paid; 0 where one pays alone. */
  joint: number;
  /** Digits that nothing is named by, without zeros; `0` for none of something says nothing. */
  unread: string[];
  /** Customer slots by account: in full, and by its digits alone. */
  accounts: Map<number, number>;
  /** Where in the text each of them is named. */
  accountsAt: { slot: number; start: number }[];
  phonesTyped: string[];
  /** Digits after a gap inside a typed phone number, without zeros: `0740 684 589` has 684 and 589. */
  phonePieces: string[];
  periods: readonly PeriodWord[];
  /** Name words in the text; weights by vocabulary id. */
  textNames: NameReading;
  payerNames: NameReading;
  payerKeys: string[];
  /** How many customers' numbers end in the digits that the payer's mask shows; 0 without a mask. */
  sharingMask: number;
};

/** Words that may be names, how many of them are too long to be a piece of one that was cut off, with the vocabulary words that each may stand for. */
export type NameReading = { count: number; whole: number; initials: string; weights: Map<number, number> };

/** Reads a payment's words and looks up the numbers among them, once, before any customer is looked at. */
export function read(state: State, payment: PaymentFact): Reading {
  const text = textOf(payment);
  const { form, value } = payment.number;
  const reading: Reading = {
    payment,
    text,
    segments: segment(text),
    hits: [],
    slipHits: [],
    shared: null,
    joint: 0,
    unread: [],
    accounts: new Map(),
    accountsAt: [],
    phonesTyped: [],
    phonePieces: [],
    periods: periodWordsIn(text, payment.paidAt),
    textNames: readNames(state, possibleNames(text), initialsOf(text)),
    payerNames: readNames(state, payerWords(payment), initialsOf(payment.payerNames.join(' '))),
    payerKeys: payerKeys(payment),
    sharingMask: form === 'masked' ? countEnds(state, value) : 0,
  };
  if (text !== '') readNumbers(state, reading);
  reading.joint = countJoint(state, reading);
  reading.periods = periodsBesideNumbers(state, reading);
  for (const { digits } of reading.periods) if (digits) leaveOut(reading, digits);
  return reading;
}

/** The digits of a month that was read name no number. */
function leaveOut(reading: Reading, digits: string): void {
  const read = [digits.slice(0, -2), digits.slice(-2)].map(withoutZeros);
  reading.unread = reading.unread.filter((one) => !read.includes(one));
}

/** How many phones end like a mask. */
const countEnds = ({ phoneEnds }: State, mask: string): number =>
  endsOfMask(mask).reduce((sum, end) => sum + phoneEnds.count(end), 0);

const payerWords = (payment: PaymentFact): string[] => [
  ...new Set(payment.payerNames.flatMap(nameWords).filter((word) => word.length > 1)),
];

const initialsOf = (text: string): string => (text.toUpperCase().match(/\b[A-Z]\b/g) ?? []).join('');

function readNames(state: State, typed: string[], initials: string): NameReading {
  const weights = new Map<number, number>();
  for (const word of typed) {
    state.names.resolve(word, (id, weight) => {
      if (weight > (weights.get(id) ?? 0)) weights.set(id, weight);
    });
  }
  const whole = typed.filter((word) => word.length >= MIN_FUZZY).length;
  return { count: typed.length, whole, initials, weights };
}
