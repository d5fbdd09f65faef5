import { hashMsisdn } from '@malipo/values';
import { allocate, type Split } from '../rules/allocate.ts';
import type { CustomerRecord, InvoiceRecord, State } from '../state.ts';
import { slips } from '../text/distance.ts';
import type { Allocation } from '../types.ts';
import type { Candidate } from './candidates.ts';
import { fitsMask } from './candidates.ts';
import { guess } from './guess.ts';
import { type NameFit, nameFit } from './name-fit.ts';
import { type Named, nameInvoices } from './named.ts';
import { ACCOUNT } from './numbers.ts';
import type { Reading } from './reading.ts';

/** What the payer's number says: nothing, the mask fits, a contact's number, the customer's own number (full or hash). */
export const PHONE = { none: 0, mask: 1, contact: 2, own: 3 } as const;
/** How well the house rules explain the amount. */
export const FIT = { none: 0, loose: 1, exact: 2 } as const;

/** Everything that speaks for and against one candidate. */
export type Evidence = {
  candidate: Candidate;
  open: readonly InvoiceRecord[];
  named: Named;
  split: Split;
  /** A slip names one invoice, but without it the house rules would choose another; or the amount is that of a number's neighbour. */
  disputed: boolean;
  /**
   * The whole reference is one slip from other invoices than the house rules choose, or its digits are a part of theirs; or
   * it names one in another currency.
   */
  elsewhere: boolean;
  /** What else the digits of the text mean, and a person is shown in place of `split`; null for nothing. */
  guess: Split | null;
  /** A phone number that is typed as the reference is an account as good as any: many a business tells its customers so. */
  account: number;
  phone: number;
  typedPhone: boolean;
  text: NameFit;
  payer: NameFit;
  requested: boolean;
  /** How many customers this money is for together, this one among them; 0 for one alone. */
  joint: number;
  fit: number;
  /** Days since a person refused this customer for this payer; Infinity where nobody did. */
  refusedDays: number;
};

const DAY_MS = 86_400_000;

/** The amount itself says what is paid; nearly so, where it is not that of the invoice which a slip names. */
const explains = ({ rule }: Split, fit: number): boolean =>
  rule === 'equal' || (fit === FIT.none && (rule === 'rounding' || rule === 'net'));

/** All that speaks for and against one candidate: what is named, how the amount would be split, who seems to have paid. */
export function weigh(state: State, reading: Reading, candidate: Candidate): Evidence {
  const { payment } = reading;
  const { customer } = candidate;
  const open = customer.open.every((invoice) => invoice.currency === payment.currency)
    ? customer.open
    : customer.open.filter((invoice) => invoice.currency === payment.currency);
  const request = payment.requestId === null ? undefined : state.requests.get(payment.requestId);
  const requested = request?.customerId === customer.customerId;
  const named = nameInvoices(state, reading, candidate, open, requested ? (request?.invoiceId ?? null) : null);
  const rules = requested && state.rules.order ? { ...state.rules, order: undefined } : state.rules;
  const split = allocate(open, payment.amountCents, named.picks, rules);
  const bySlip = split.rule === 'named' && (named.byPeriod ? named.shared === 2 : named.level === 2);
  const unnamed = bySlip ? allocate(open, payment.amountCents, [], state.rules) : split;
  const fit = fitLevel(state, reading, named, open, split);
  const typedPhone = reading.phonesTyped.some(
    (phone) => customer.phones.includes(phone) || customer.contactPhones.includes(phone),
  );
  const elsewhere = isElsewhere(named, split) || (open !== customer.open && isInOtherMoney(named, split));
  return {
    candidate,
    open,
    named,
    split,
    disputed:
      (explains(unnamed, fit) && unnamed.picks[0] !== split.picks[0]) ||
      (!requested && fit === FIT.none && named.level >= 3 && isNeighbourPaid(open, split, payment.amountCents)),
    elsewhere,
    guess: requested ? null : guess(reading, open, { named, split, elsewhere }, rules),
    account: typedPhone ? ACCOUNT.full : (reading.accounts.get(customer.slot) ?? 0),
    phone: phoneLevel(reading, candidate),
    typedPhone,
    text: nameFit(state.names, reading.textNames, customer),
    payer: nameFit(state.names, reading.payerNames, customer),
    requested,
    joint: requested ? 0 : jointOf(reading, named),
    fit,
    refusedDays: refusedDays(state, reading, customer.slot),
  };
}

/** What is shown: the guess where there is one, which is never applied alone, else the split by the rules. */
export const proposedSplit = ({ split, guess }: Evidence): Split => guess ?? split;

/** What is proposed to a person, or applied, invoice by invoice. */
export function allocationsOf(evidence: Evidence): Allocation[] {
  const { picks, cents } = proposedSplit(evidence);
  return picks.map((at, n) => ({ invoiceId: evidence.open[at]?.invoiceId ?? '', amountCents: cents[n] ?? 0 }));
}

const jointOf = ({ joint }: Reading, { level }: Named): number => (level >= 3 ? joint : 0);

/** One invoice is named, and the amount is to the cent that of another, whose number is one slip from the named one's. */
function isNeighbourPaid(open: readonly InvoiceRecord[], { rule, picks }: Split, amount: number): boolean {
  const named = picks.length === 1 && rule === 'named' ? open[picks[0] ?? -1] : undefined;
  return !!named && open.some((other) => other.balanceCents === amount && slips(other.folded, named.folded) === 1);
}

const isElsewhere = ({ nearest }: Named, { rule, picks }: Split): boolean =>
  nearest.length > 0 && rule !== 'named' && (picks.length !== 1 || nearest.some((at) => at !== picks[0]));

/** An open invoice is named, which is none of those that this money can pay, and others would be paid. */
const isInOtherMoney = ({ level, open, picks }: Named, split: Split): boolean =>
  level >= 3 && open && picks.length === 0 && split.picks.length > 0;

function phoneLevel(reading: Reading, { customer, hashFound }: Candidate): number {
  const { form, value } = reading.payment.number;
  if (form === 'full') {
    if (customer.phones.includes(value)) return PHONE.own;
    return customer.contactPhones.includes(value) ? PHONE.contact : PHONE.none;
  }
  if (form === 'sha256' && hashFound) return isOwnHash(customer, value) ? PHONE.own : PHONE.contact;
  return form === 'masked' && fitsMask(customer, value) ? PHONE.mask : PHONE.none;
}

const isOwnHash = ({ phones, contactPhones }: CustomerRecord, hash: string): boolean =>
  contactPhones.length === 0 || phones.some((phone) => hashMsisdn(phone) === hash);

/** Exact: the money, or this customer's part of it, closes what it is spent on. Loose: rounding or net of something. */
function fitLevel(
  state: State,
  { joint, payment }: Reading,
  { level }: Named,
  open: readonly InvoiceRecord[],
  split: Split,
): number {
  if (joint > 0 && level >= 3) return FIT.exact;
  if (split.rule === 'equal' || split.rule === 'sum') return FIT.exact;
  if (split.rule === 'rounding') return FIT.exact;
  if (split.rule === 'net') return FIT.loose;
  if (split.rule !== 'named') return FIT.none;
  let owed = 0;
  for (const at of split.picks) owed += open[at]?.balanceCents ?? 0;
  return Math.abs(owed - payment.amountCents) <= state.rules.toleranceCents ? FIT.exact : FIT.none;
}

function refusedDays(state: State, reading: Reading, slot: number): number {
  if (state.refusals.size === 0) return Number.POSITIVE_INFINITY;
  if (state.refusals.has(`p ${reading.payment.paymentId} ${slot}`)) return 0;
  let latest = Number.NEGATIVE_INFINITY;
  for (const key of reading.payerKeys) latest = Math.max(latest, state.refusals.get(`${key} ${slot}`) ?? latest);
  return (reading.payment.receivedAt - latest) / DAY_MS;
}
