import { sumCents } from '@malipo/values';

/** Test and live money never meet in one sum. */
export type Mode = 'test' | 'live';

export type Account = 'clearing' | 'receivable' | 'invoiced' | 'customer_credit' | 'unapplied' | 'rounding';

/** One side of an entry; a debit is positive, a credit negative (cents). */
export type Leg = {
  account: Account;
  amountCents: number;
  /** Whose receivable or credit it is. */
  customerId?: string;
  /** Where the money lies: `mpesa:600100`. */
  channel?: string;
};

export type EntryKind =
  | 'invoice_issued'
  | 'invoice_changed'
  | 'invoice_voided'
  | 'invoice_moved'
  | 'payment_received'
  | 'payment_applied'
  | 'credit_applied'
  | 'allocation_undone'
  | 'payment_reversed';

/** An immutable, balanced movement; a correction is a new entry. */
export type Entry = {
  /** Follows from what moved and its version, so that a movement can be booked only once. */
  id: string;
  organisationId: string;
  mode: Mode;
  currency: string;
  at: Date;
  kind: EntryKind;
  /** The event or request that caused it. */
  cause: string;
  paymentId: string | null;
  invoiceId: string | null;
  legs: Leg[];
};

/** What an account holds altogether; both sides are positive cents. */
export type AccountTotals = { debitCents: number; creditCents: number };

/**
 * The legs that lead from one position to another. A position is itself a set of legs that sum to zero, so an undo needs
 * no rule of its own: it is the way back to an earlier position.
 * @throws {RangeError} when a position does not sum to zero
 */
export function movement(before: readonly Leg[], after: readonly Leg[]): Leg[] {
  const legs = new Map<string, Leg>();
  for (const leg of after) add(legs, leg, 1);
  for (const leg of before) add(legs, leg, -1);
  const moved = [...legs.values()].filter((leg) => leg.amountCents !== 0);
  if (sumOf(moved) !== 0) throw new RangeError(`an entry that does not sum to zero: ${JSON.stringify(moved)}`);
  return moved;
}

/** Debits less credits; zero for every entry and for the whole ledger. */
export const sumOf = (legs: readonly Leg[]): number => sumCents(legs.map((leg) => leg.amountCents));

/** The line of the trial balance that a leg belongs to: customers are summed up, channels are not. */
const lineOf = (leg: Leg): string => (leg.channel ? `${leg.account}:${leg.channel}` : leg.account);

/** Adds entries to running totals per mode, currency and line, in place. */
export function addToTotals(totals: Map<string, AccountTotals>, entry: Entry): void {
  for (const leg of entry.legs) {
    const key = `${entry.mode}.${entry.currency}.${lineOf(leg)}`;
    const held = totals.get(key) ?? { debitCents: 0, creditCents: 0 };
    if (leg.amountCents > 0) held.debitCents += leg.amountCents;
    else held.creditCents -= leg.amountCents;
    totals.set(key, held);
  }
}

function add(legs: Map<string, Leg>, leg: Leg, sign: 1 | -1): void {
  const key = `${lineOf(leg)} ${leg.customerId ?? ''}`;
  const held = legs.get(key);
  if (held) held.amountCents += sign * leg.amountCents;
  else legs.set(key, { ...leg, amountCents: sign * leg.amountCents });
}
