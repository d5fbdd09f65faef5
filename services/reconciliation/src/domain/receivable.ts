import { InvalidError } from '@malipo/service-kit/errors';
import { CRUMB_CENTS } from '@malipo/values';
import type { Leg, Mode } from './ledger.ts';

/** What one invoice still brings in, as reconciliation keeps it. `balance = total − applied − rounding`, unless void. */
export type Receivable = {
  invoiceId: string;
  organisationId: string;
  /** The book it stands in. @see docs/adr/0009-test-and-live-money.md */
  mode: Mode;
  customerId: string;
  number: string;
  description: string;
  issuedOn: string;
  dueDate: string;
  currency: string;
  totalCents: number;
  /** The VAT within it; absent where nobody told. */
  taxCents?: number | undefined;
  appliedCents: number;
  roundingCents: number;
  balanceCents: number;
  status: 'open' | 'settled' | 'void';
  /** Payments with money on it, in order of application. */
  paidBy: readonly string[];
  /** The invoice service's version of what is owed. */
  invoiceVersion: number;
  /** Our own: compared and set. */
  version: number;
};

export type Owed = Pick<
  Receivable,
  | 'invoiceId'
  | 'organisationId'
  | 'customerId'
  | 'number'
  | 'description'
  | 'issuedOn'
  | 'dueDate'
  | 'currency'
  | 'totalCents'
  | 'taxCents'
>;

/** An invoice that is owed from now on. */
export const issue = (owed: Owed, mode: Mode, invoiceVersion: number): Receivable =>
  balanced({
    ...owed,
    mode,
    appliedCents: 0,
    roundingCents: 0,
    balanceCents: 0,
    status: 'open',
    paidBy: [],
    invoiceVersion,
    version: 1,
  });

/** How much more lies on it than would be owed (cents). It must be taken back before the invoice may change. */
export const surplusAt = (receivable: Receivable, totalCents: number): number =>
  Math.max(0, receivable.appliedCents + receivable.roundingCents - totalCents);

/** What is owed changed. @throws {InvalidError} total_below_applied */
export function change(receivable: Receivable, owed: Owed, invoiceVersion: number): Receivable {
  if (surplusAt(receivable, owed.totalCents) > 0)
    throw new InvalidError('total_below_applied', 'more is applied than would be owed');
  return balanced({ ...receivable, ...owed, invoiceVersion, version: receivable.version + 1 });
}

/** Nothing is owed any more. @throws {InvalidError} still_paid while money lies on it */
export function voided(receivable: Receivable, invoiceVersion: number): Receivable {
  if (receivable.appliedCents !== 0) throw new InvalidError('still_paid', 'take the payments back first');
  return { ...receivable, balanceCents: 0, status: 'void', invoiceVersion, version: receivable.version + 1 };
}

/**
 * Applies part of a payment. A remainder of up to KES 5 is closed with it.
 * @throws {InvalidError} invoice_not_open, amount_above_balance
 */
export function applyTo(
  receivable: Receivable,
  paymentId: string,
  amountCents: number,
): { receivable: Receivable; roundingCents: number } {
  if (receivable.status !== 'open')
    throw new InvalidError('invoice_not_open', `invoice ${receivable.number} is ${receivable.status}`);
  if (amountCents > receivable.balanceCents)
    throw new InvalidError('amount_above_balance', `invoice ${receivable.number} is owed less than that`);
  const rest = receivable.balanceCents - amountCents;
  const roundingCents = rest <= CRUMB_CENTS && receivable.currency === 'KES' ? rest : 0;
  return {
    roundingCents,
    receivable: balanced({
      ...receivable,
      appliedCents: receivable.appliedCents + amountCents,
      roundingCents: receivable.roundingCents + roundingCents,
      paidBy: [...receivable.paidBy.filter((id) => id !== paymentId), paymentId],
      version: receivable.version + 1,
    }),
  };
}

/** Takes a payment's part back, with the crumb that was closed with it. @param keeps where some of it stays */
export const takeFrom = (
  receivable: Receivable,
  paymentId: string,
  line: { amountCents: number; roundingCents: number },
  keeps = false,
): Receivable =>
  balanced({
    ...receivable,
    appliedCents: receivable.appliedCents - line.amountCents,
    roundingCents: receivable.roundingCents - line.roundingCents,
    paidBy: keeps ? receivable.paidBy : receivable.paidBy.filter((id) => id !== paymentId),
    version: receivable.version + 1,
  });

/** Its place in the ledger: what was invoiced, without what was paid (payments book that themselves). */
export const legsOfInvoice = (receivable: Receivable | undefined): Leg[] =>
  !receivable || receivable.status === 'void'
    ? []
    : [
        { account: 'receivable', customerId: receivable.customerId, amountCents: receivable.totalCents },
        { account: 'invoiced', amountCents: -receivable.totalCents },
      ];

function balanced(receivable: Receivable): Receivable {
  const balanceCents = receivable.totalCents - receivable.appliedCents - receivable.roundingCents;
  if (balanceCents < 0) throw new RangeError(`invoice ${receivable.invoiceId} would be owed less than nothing`);
  return { ...receivable, balanceCents, status: balanceCents === 0 ? 'settled' : 'open' };
}
