import type { Rules, SplitRule } from './rules.ts';
import { findSum } from './subset-sum.ts';

/** An open invoice of one customer, as the rules see it. */
export type OpenInvoice = { readonly balanceCents: number; readonly net?: number | undefined };

/** The `net` of an invoice without VAT. */
export const NET_WHOLE = 1_000_000_000;

export type RuleName = SplitRule | 'credit';

/** One payment is split over so many invoices at most: a decision is one transaction, and one event tells all of it. */
export const MAX_PARTS = 1_000;

/** Which invoices (positions in the given order) get how much; what is left is customer credit. */
export type Split = { rule: RuleName; picks: number[]; cents: number[]; creditCents: number; tie: boolean };

/**
 * Splits an amount over one customer's open invoices by the house rules, first rule that fits: named, equal, within
 * tolerance, sum, net of withholding or charge, oldest first, credit.
 * @param open balances above the tolerance, oldest due first
 * @param named positions that the reference names, ascending; empty where it names none
 */
export function allocate(open: readonly OpenInvoice[], amount: number, named: readonly number[], rules: Rules): Split {
  if (rules.order) return inOrder(rules.order, open, amount, named, rules);
  if (named.length > 0) return fill('named', open, amount, named);
  if (open.length === 0) return { rule: 'credit', picks: [], cents: [], creditCents: amount, tie: false };
  return (
    equal(open, amount) ??
    rounding(open, amount, rules) ??
    sum(open, amount, rules) ??
    net(open, amount, rules) ??
    fill('oldest first', open, amount, rules.allowOldestFirst ? everything(open) : [])
  );
}

/** The organisation's own order; what no rule explains is left over for a person to place. */
function inOrder(
  order: readonly SplitRule[],
  open: readonly OpenInvoice[],
  amount: number,
  named: readonly number[],
  rules: Rules,
): Split {
  if (open.length === 0 && named.length === 0)
    return { rule: 'credit', picks: [], cents: [], creditCents: amount, tie: false };
  for (const rule of order) {
    const split = SPLITS[rule](open, amount, named, rules);
    if (split) return split;
  }
  return fill('oldest first', open, amount, []);
}

type Splitter = (open: readonly OpenInvoice[], amount: number, named: readonly number[], rules: Rules) => Split | null;

const SPLITS: Record<SplitRule, Splitter> = {
  named: (open, amount, named) => (named.length > 0 ? fill('named', open, amount, named) : null),
  equal: (open, amount) => equal(open, amount),
  rounding: (open, amount, _named, rules) => rounding(open, amount, rules),
  sum: (open, amount, _named, rules) => sum(open, amount, rules),
  net: (open, amount, _named, rules) => net(open, amount, rules),
  'oldest first': (open, amount) => (open.length > 0 ? fill('oldest first', open, amount, everything(open)) : null),
};

/** Spends the amount on the picked invoices in order, never more than is owed, and on no more than `MAX_PARTS`. */
function fill(rule: RuleName, open: readonly OpenInvoice[], amount: number, picks: readonly number[]): Split {
  const split: Split = { rule, picks: [], cents: [], creditCents: amount, tie: false };
  for (const at of picks) {
    const part = Math.min(split.creditCents, open[at]?.balanceCents ?? 0);
    if (part <= 0) continue;
    if (split.picks.length === MAX_PARTS) break;
    split.picks.push(at);
    split.cents.push(part);
    split.creditCents -= part;
  }
  return split;
}

const everything = (open: readonly OpenInvoice[]): number[] => open.map((_, at) => at);

function equal(open: readonly OpenInvoice[], amount: number): Split | null {
  const at = open.findIndex((invoice) => invoice.balanceCents === amount);
  return at < 0 ? null : fill('equal', open, amount, [at]);
}

function rounding(open: readonly OpenInvoice[], amount: number, rules: Rules): Split | null {
  const tolerance = rules.roundingCents ?? rules.toleranceCents;
  let found = -1;
  for (let at = 0; at < open.length; at++) {
    if (Math.abs((open[at]?.balanceCents ?? 0) - amount) > tolerance) continue;
    if (found >= 0) return null;
    found = at;
  }
  return found < 0 ? null : fill('rounding', open, amount, [found]);
}

/** Oldest-first prefix (which includes all of them, up to `MAX_PARTS`), then the smallest subset. */
function sum(open: readonly OpenInvoice[], amount: number, rules: Rules): Split | null {
  if (!rules.allowSum || open.length < 2) return null;
  let total = 0;
  const most = Math.min(open.length, MAX_PARTS);
  for (let at = 0; at < most && total < amount; at++) {
    total += open[at]?.balanceCents ?? 0;
    if (at > 0 && total === amount) return fill('sum', open, amount, everything(open).slice(0, at + 1));
  }
  if (total < amount) return null;
  const match = findSum(
    open.map((invoice) => invoice.balanceCents),
    amount,
  );
  return match && { ...fill('sum', open, amount, match.picks), tie: match.tie };
}

function net(open: readonly OpenInvoice[], amount: number, rules: Rules): Split | null {
  if (!rules.allowNet) return null;
  let oldest = -1;
  for (let at = 0; at < open.length; at++) {
    const invoice = open[at];
    if (!invoice || !isNetOf(invoice, amount, rules)) continue;
    if (oldest >= 0 && invoice.balanceCents !== open[oldest]?.balanceCents) return null;
    if (oldest < 0) oldest = at;
  }
  return oldest < 0 ? null : fill('net', open, amount, [oldest]);
}

/** Payers round what they withhold to a whole shilling (cents). */
const WITHHOLDING_ROUNDING_CENTS = 100;

/** Is the amount this balance less withholding tax, or less a charge that the payer kept back? */
function isNetOf({ balanceCents: balance, net: share }: OpenInvoice, amount: number, rules: Rules): boolean {
  const kept = balance - amount;
  if (kept <= 0) return false;
  if (kept <= Math.min(rules.chargeMaxCents, balance * rules.chargeShare)) return true;
  return taxableOf(balance, share, rules).some((taxable) =>
    rules.withholdingRates.some((rate) => Math.abs(kept - taxable * rate) <= WITHHOLDING_ROUNDING_CENTS),
  );
}

/** What tax may have been withheld of: an invoice that tells no VAT may have prices with VAT in them. */
function taxableOf(balance: number, net: number | undefined, { vatRate }: Rules): number[] {
  const included = balance / (1 + vatRate);
  if (net === undefined) return [included];
  return net === NET_WHOLE ? [balance, included] : [(balance * net) / NET_WHOLE];
}
