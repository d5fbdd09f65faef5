/** What one allocation of a payment holds of an invoice; a higher version replaces it. */
export type Held = { paymentId: string; amountCents: number; roundingCents: number; version: number };

export type Status = 'draft' | 'issued' | 'partially_paid' | 'paid' | 'void' | 'written_off';

/** The part of an invoice that moving money and telling others about it needs: all that the hot path reads. */
export type Standing = {
  id: string;
  organisationId: string;
  customerId: string;
  number: string;
  /** The lines in words. */
  description: string;
  currency: string;
  issuedOn: string | null;
  status: Status;
  dueDate: string;
  totalCents: number;
  /** The VAT within it. */
  taxCents: number;
  /** By allocation id; one that was taken back stays with 0 cents, so that its old version is known as old. */
  allocations: Readonly<Record<string, Held>>;
  appliedCents: number;
  roundingCents: number;
  balanceCents: number;
  paidAt: Date | null;
  /** The due date whose passing was announced. */
  overdueFor: string | null;
  /** The due date whose passing is still to be announced; the overdue job looks for it. */
  overdueCheckOn: string | null;
  version: number;
  updatedAt: Date;
};

/** What happened to an invoice and others must know; each becomes one event with a version of its own. */
export type Change =
  | { type: 'issued' | 'changed' | 'voided' | 'paid' | 'overdue' }
  | { type: 'applied'; paymentId: string; appliedCents: number; roundingCents: number };

/** An invoice after a step. Its version is that of the last change; the changes before it count down from there. */
export type Step<T extends Standing> = { invoice: T; changes: readonly Change[] };

/** Issued and still owed. */
export const isOpen = (status: Status): boolean => status === 'issued' || status === 'partially_paid';

/** Owed, and the due date lies before today. @param today Nairobi day */
export const isOverdue = (invoice: Standing, today: string): boolean =>
  isOpen(invoice.status) && invoice.dueDate < today;

/** Applied beyond what is owed: after a reduction or a void, until reconciliation has taken it back. */
export const surplusOf = (invoice: Standing): number =>
  Math.max(0, invoice.appliedCents + invoice.roundingCents - (invoice.status === 'void' ? 0 : invoice.totalCents));

/**
 * Brings balance and status in line with what is owed and applied: the balance is total − applied − rounding and never
 * below 0, and an invoice is paid exactly while it is 0. Drafts and closed invoices keep their status.
 */
export function recompute<T extends Standing>(invoice: T, at: Date): T {
  const held = Object.values(invoice.allocations);
  const appliedCents = held.reduce((sum, one) => sum + one.amountCents, 0);
  const roundingCents = held.reduce((sum, one) => sum + one.roundingCents, 0);
  const balanceCents = isClosed(invoice.status) ? 0 : Math.max(0, invoice.totalCents - appliedCents - roundingCents);
  const status = statusOf(invoice.status, balanceCents, appliedCents + roundingCents);
  const settled: T = { ...invoice, appliedCents, roundingCents, balanceCents, status, updatedAt: at };
  if (status === 'paid') return { ...settled, paidAt: invoice.paidAt ?? at };
  return { ...settled, paidAt: null, overdueCheckOn: dueToCheck(settled) };
}

const isClosed = (status: Status): boolean => status === 'void' || status === 'written_off';

function statusOf(status: Status, balanceCents: number, coveredCents: number): Status {
  if (status === 'draft' || isClosed(status)) return status;
  if (balanceCents === 0) return 'paid';
  return coveredCents > 0 ? 'partially_paid' : 'issued';
}

/** A paid invoice keeps its mark, so that the hot path touches no index; the job skips it and it counts again when reopened. */
const dueToCheck = (invoice: Standing): string | null =>
  isOpen(invoice.status) && invoice.overdueFor !== invoice.dueDate ? invoice.dueDate : null;

/** Closes a step: every change takes a version, and a step without any takes one; reaching zero adds `paid`. */
export function step<T extends Standing>(before: Standing, after: T, changes: readonly Change[]): Step<T> {
  const all: readonly Change[] =
    after.status === 'paid' && before.status !== 'paid' ? [...changes, { type: 'paid' }] : changes;
  return { invoice: { ...after, version: before.version + Math.max(1, all.length) }, changes: all };
}

export type Allocation = Held & { allocationId: string };

/**
 * Applies an allocation, or what became of it, unless something newer about it is held already: then undefined. Whatever
 * the invoice's state, the books are kept; a void invoice shows it as surplus until reconciliation takes it back.
 */
export function applyAllocation<T extends Standing>(invoice: T, allocation: Allocation, at: Date): Step<T> | undefined {
  const { allocationId, ...held } = allocation;
  const before = invoice.allocations[allocationId];
  if (before && before.version >= held.version) return undefined;
  const after = recompute({ ...invoice, allocations: { ...invoice.allocations, [allocationId]: held } }, at);
  const appliedCents = held.amountCents - (before?.amountCents ?? 0);
  const roundingCents = held.roundingCents - (before?.roundingCents ?? 0);
  const moved = appliedCents !== 0 || roundingCents !== 0;
  const { paymentId } = held;
  return step(invoice, after, moved ? [{ type: 'applied', paymentId, appliedCents, roundingCents }] : []);
}

/** Announces once per due date that it passed; undefined where there is nothing to announce. @param today Nairobi day */
export function passDueDate<T extends Standing>(invoice: T, today: string, at: Date): Step<T> | undefined {
  if (!isOverdue(invoice, today) || invoice.overdueFor === invoice.dueDate) return undefined;
  const after: T = { ...invoice, overdueFor: invoice.dueDate, overdueCheckOn: null, updatedAt: at };
  return step(invoice, after, [{ type: 'overdue' }]);
}
