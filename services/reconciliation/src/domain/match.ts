import type { Decision } from '@malipo/matching';
import { ConflictError, InvalidError } from '@malipo/service-kit/errors';
import { derivedId, sumCents } from '@malipo/values';
import type { Leg, Mode } from './ledger.ts';
import type { Payment } from './payment.ts';
import { applyTo, type Receivable, takeFrom } from './receivable.ts';

/** A decision is the first three and nothing else; later a person or a correction may change it to the others. */
export type MatchStatus = 'auto' | 'suggested' | 'unmatched' | 'confirmed' | 'rejected' | 'undone';

/** Part of the payment on one invoice. One that was taken back stays, with 0 cents and a higher version. */
export type AllocationLine = {
  allocationId: string;
  invoiceId: string;
  invoiceNumber: string;
  customerId: string;
  amountCents: number;
  roundingCents: number;
  version: number;
};

export type HistoryLine = { who: string; at: Date; what: MatchStatus | 'reversed' | 'evidence'; why: string };

/** What became of one payment. `amount = applied + credit + unapplied`, or all of them zero once it was reversed. */
export type Match = {
  paymentId: string;
  organisationId: string;
  mode: Mode;
  payment: Payment;
  /** The payment service's version of the facts. */
  paymentVersion: number;
  /** The engine's latest decision, with its explanation. */
  decision: Decision;
  status: MatchStatus;
  reason: string;
  customerId: string | null;
  allocations: readonly AllocationLine[];
  creditCents: number;
  unappliedCents: number;
  /** The provider took the money back. */
  reversed: boolean;
  /** Once a person decided, the engine only suggests. */
  byPerson: boolean;
  decidedBy: string;
  decidedAt: Date;
  history: readonly HistoryLine[];
  /** One more with each event about it; 0 before the first. */
  version: number;
};

export type Act = { who: string; at: Date; why: string };

/** Where money goes: parts for invoices of one customer, the rest is its credit. */
export type Settlement = { customerId: string; allocations: readonly { invoiceId: string; amountCents: number }[] };

export type Outcome = { match: Match; receivables: Receivable[] };

export const ENGINE = 'engine';

/** A payment that nothing is decided about yet; it is not in the ledger. */
export const receive = (
  payment: Payment,
  organisationId: string,
  paymentVersion: number,
  decision: Decision,
  at: Date,
): Match => ({
  paymentId: payment.paymentId,
  organisationId,
  mode: payment.mode,
  payment,
  paymentVersion,
  decision,
  status: 'unmatched',
  reason: decision.reason,
  customerId: null,
  allocations: [],
  creditCents: 0,
  unappliedCents: payment.amountCents,
  reversed: false,
  byPerson: false,
  decidedBy: ENGINE,
  decidedAt: at,
  history: [],
  version: 0,
});

/** Has the money no home yet, so that a person or something new must find one? */
export const isOpen = (match: Match): boolean => match.unappliedCents > 0;

export const appliedCents = (match: Match): number => sumCents(match.allocations.map((line) => line.amountCents));

export const heldLines = (match: Match): AllocationLine[] => match.allocations.filter((line) => line.amountCents > 0);

/** Is the money spent exactly so already? */
export const isSettledAs = (match: Match, { customerId, allocations }: Settlement): boolean =>
  match.customerId === customerId && splitOf(heldLines(match)) === splitOf(allocations);

/** Parts as text, whatever their order: for comparison. */
export const splitOf = (parts: readonly { invoiceId: string; amountCents: number }[]): string =>
  parts
    .map((part) => `${part.invoiceId} ${part.amountCents}`)
    .sort()
    .join();

/** What the money would be spent on, checked against everything that must hold. @throws {InvalidError} with the rule's code */
export function checkSettlement(
  match: Match,
  settlement: Settlement,
  receivableOf: (invoiceId: string) => Receivable | undefined,
): void {
  if (new Set(settlement.allocations.map((part) => part.invoiceId)).size !== settlement.allocations.length)
    throw new InvalidError('invoice_named_twice', 'name each invoice once');
  if (sumCents(settlement.allocations.map((part) => part.amountCents)) > match.payment.amountCents)
    throw new InvalidError('amount_above_payment', 'more would be applied than was paid');
  for (const { invoiceId, amountCents } of settlement.allocations) {
    const receivable = receivableOf(invoiceId);
    if (!receivable || receivable.organisationId !== match.organisationId)
      throw new InvalidError('invoice_unknown', `there is no invoice ${invoiceId}`);
    if (receivable.mode !== match.mode)
      throw new InvalidError('test_money', 'test money is never applied to a live invoice, nor the other way round');
    if (receivable.currency !== match.payment.currency)
      throw new InvalidError('currency_differs', `invoice ${receivable.number} is in ${receivable.currency}`);
    if (receivable.customerId !== settlement.customerId)
      throw new InvalidError('customer_differs', `invoice ${receivable.number} belongs to another customer`);
    if (amountCents <= 0) throw new InvalidError('amount_not_positive', 'each amount must be above zero');
    applyTo(receivable, match.paymentId, amountCents);
  }
}

/**
 * Spends the whole payment: on the named invoices, the rest is the customer's credit.
 * @throws {ConflictError} already_settled, payment_reversed
 * @throws {InvalidError} as `checkSettlement`
 */
export function settle(
  match: Match,
  settlement: Settlement,
  status: 'auto' | 'confirmed',
  act: Act,
  receivableOf: (invoiceId: string) => Receivable | undefined,
): Outcome {
  if (match.reversed) throw new ConflictError('payment_reversed', 'the provider took this money back');
  if (!isOpen(match)) throw new ConflictError('already_settled', 'this payment is settled; undo that first');
  checkSettlement(match, settlement, receivableOf);
  const receivables: Receivable[] = [];
  const lines = new Map(match.allocations.map((line) => [line.invoiceId, line]));
  for (const part of settlement.allocations) {
    const before = receivableOf(part.invoiceId);
    if (!before) continue; // checked above
    const { receivable, roundingCents } = applyTo(before, match.paymentId, part.amountCents);
    receivables.push(receivable);
    lines.set(part.invoiceId, {
      allocationId: derivedId(match.paymentId, part.invoiceId),
      invoiceId: part.invoiceId,
      invoiceNumber: receivable.number,
      customerId: receivable.customerId,
      amountCents: part.amountCents,
      roundingCents,
      version: (lines.get(part.invoiceId)?.version ?? 0) + 1,
    });
  }
  const applied = sumCents(settlement.allocations.map((part) => part.amountCents));
  return {
    receivables,
    match: noted(
      {
        ...match,
        status,
        customerId: settlement.customerId,
        allocations: [...lines.values()],
        creditCents: match.payment.amountCents - applied,
        unappliedCents: 0,
        byPerson: match.byPerson || status === 'confirmed',
      },
      status,
      act,
    ),
  };
}

/** Leaves the money without a home: suggested to a person, matched with nobody, or refused by a person. */
export const leaveOpen = (match: Match, status: 'suggested' | 'unmatched' | 'rejected', act: Act): Match =>
  noted({ ...match, status, customerId: null, byPerson: match.byPerson || status === 'rejected' }, status, act);

/** Takes everything back that was applied; the money is unapplied again. @throws {ConflictError} nothing_to_undo */
export function undo(match: Match, act: Act, receivableOf: (invoiceId: string) => Receivable | undefined): Outcome {
  if (isOpen(match) || match.reversed) throw new ConflictError('nothing_to_undo', 'nothing of this payment is applied');
  const receivables: Receivable[] = [];
  const allocations = match.allocations.map((line) => {
    if (line.amountCents === 0) return line;
    const receivable = receivableOf(line.invoiceId);
    if (!receivable) throw new RangeError(`receivable ${line.invoiceId} was not read`);
    receivables.push(takeFrom(receivable, match.paymentId, line));
    return { ...line, amountCents: 0, roundingCents: 0, version: line.version + 1 };
  });
  const taken = {
    ...match,
    status: 'undone' as const,
    allocations,
    creditCents: 0,
    unappliedCents: match.payment.amountCents,
  };
  return {
    receivables,
    match: noted({ ...taken, customerId: null, byPerson: match.byPerson || act.who !== ENGINE }, 'undone', act),
  };
}

/** The provider took the money back; what was applied must be undone before. */
export const reverse = (match: Match, act: Act): Match =>
  noted({ ...match, status: 'undone', reason: 'reversed', unappliedCents: 0, reversed: true }, 'reversed', act);

/** Its place in the ledger. A reversed payment has none; neither has one that is not booked yet (version 0). */
export function legsOfMatch(match: Match): Leg[] {
  if (match.reversed || match.version === 0) return [];
  const legs: Leg[] = [
    { account: 'clearing', channel: channelOf(match.payment), amountCents: match.payment.amountCents },
    { account: 'unapplied', amountCents: -match.unappliedCents },
  ];
  if (match.customerId)
    legs.push({ account: 'customer_credit', customerId: match.customerId, amountCents: -match.creditCents });
  for (const line of match.allocations) {
    const { customerId } = line;
    legs.push({ account: 'receivable', customerId, amountCents: -line.amountCents - line.roundingCents });
    legs.push({ account: 'rounding', amountCents: line.roundingCents });
  }
  return legs;
}

/** Rail and shortcode; characters that a database path cannot hold are replaced. */
const channelOf = (payment: Payment): string => `${payment.rail}:${payment.shortcode.replace(/[.$]/g, '_')}`;

const noted = (match: Match, what: HistoryLine['what'], act: Act): Match => ({
  ...match,
  decidedBy: act.who,
  decidedAt: act.at,
  history: [...match.history, { who: act.who, at: act.at, what, why: act.why }],
});
