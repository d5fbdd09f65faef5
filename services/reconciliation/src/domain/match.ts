import type { Decision, Proposal } from '@malipo/matching';
import { derivedId, sumCents } from '@malipo/values';
import type { Leg, Mode } from './ledger.ts';
import type { Payment } from './payment.ts';

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

export type HistoryLine = {
  who: string;
  at: Date;
  what: MatchStatus | 'reversed' | 'evidence' | 'adjusted' | 'credit_applied' | 'reconsidered';
  why: string;
};

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
  /** Customers whose money a person said it is not; absent for none. */
  refused?: readonly string[];
  /** Until then colleagues wait for something about it; they arrange that, decisions only read it. */
  heldUntil: Date | null;
  decidedBy: string;
  decidedAt: Date;
  history: readonly HistoryLine[];
  /** One more with each event about it; 0 before the first. */
  version: number;
};

/** Where money goes: parts for invoices, the rest is the customer's credit. */
export type Settlement = {
  /** Whose money it is. */
  customerId: string;
  allocations: readonly { invoiceId: string; amountCents: number }[];
  /** A person says that it pays for other customers, too, as a mother does for two pupils; the engine never does. */
  acrossCustomers?: boolean | undefined;
};

export const ENGINE = 'engine';

const NOT_DECIDED: Decision = {
  paymentId: '',
  outcome: 'unmatched',
  reason: 'no_candidate',
  proposal: null,
  alternatives: [],
  guards: [],
  refersTo: null,
  versions: { engine: '', model: '', rules: '' },
};

/** A payment that nothing is decided about yet; it is not in the ledger. */
export const receive = (payment: Payment, organisationId: string, paymentVersion: number, at: Date): Match => ({
  paymentId: payment.paymentId,
  organisationId,
  mode: payment.mode,
  payment,
  paymentVersion,
  decision: NOT_DECIDED,
  status: 'unmatched',
  reason: NOT_DECIDED.reason,
  customerId: null,
  allocations: [],
  creditCents: 0,
  unappliedCents: payment.amountCents,
  reversed: false,
  byPerson: false,
  heldUntil: null,
  decidedBy: ENGINE,
  decidedAt: at,
  history: [],
  version: 0,
});

/** Has the money no home yet, so that a person or something new must find one? */
export const isOpen = (match: Match): boolean => match.unappliedCents > 0;

/** The engine's reason for a message that tells again of money that is known. It is no money, and waits only to be seen. */
export const REPEATED = 'duplicate';

/** Is it money without a home, that something new may explain? */
export const isUnexplained = (match: Match): boolean => isOpen(match) && match.reason !== REPEATED;

/** What a decision proposes: its proposal, then the alternatives. */
export const proposalsOf = ({ proposal, alternatives }: Decision): Proposal[] => [
  ...(proposal ? [proposal] : []),
  ...alternatives,
];

/** A payment's part on an invoice has one identity, however often it is taken off and put there again. */
export const allocationIdOf = ({ paymentId }: Match, invoiceId: string): string => derivedId(paymentId, invoiceId);

export const appliedCents = (match: Match): number => sumCents(match.allocations.map((line) => line.amountCents));

export const heldLines = (match: Match): AllocationLine[] => match.allocations.filter((line) => line.amountCents > 0);

/** What lies on an invoice. */
export const heldLine = (match: Match, invoiceId: string): AllocationLine | undefined =>
  heldLines(match).find((line) => line.invoiceId === invoiceId);

/** Does it pay for others than the customer whose money it is? */
export const paysForOthers = (match: Match): boolean =>
  heldLines(match).some((line) => line.customerId !== match.customerId);

/** Is the money spent exactly so already? */
export const isSettledAs = (match: Match, { customerId, allocations }: Settlement): boolean =>
  match.customerId === customerId && splitOf(heldLines(match)) === splitOf(allocations);

/** Parts as text, whatever their order: for comparison. */
export const splitOf = (parts: readonly { invoiceId: string; amountCents: number }[]): string =>
  parts
    .map((part) => `${part.invoiceId} ${part.amountCents}`)
    .sort()
    .join();

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
