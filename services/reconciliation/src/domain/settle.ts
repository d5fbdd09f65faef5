import { ConflictError, InvalidError } from '@malipo/service-kit/errors';
import { formatMoney, sumCents } from '@malipo/values';
import { type Act, noted, remarked } from './act.ts';
import { type AllocationLine, allocationIdOf, ENGINE, heldLine, isOpen, type Match, type Settlement } from './match.ts';
import { applyTo, type Receivable, takeFrom } from './receivable.ts';

/** A match after a change, and the invoices that changed with it. */
export type Outcome = { match: Match; receivables: Receivable[] };

/** What the money would be spent on, checked against everything that must hold. @throws {InvalidError} with the rule's code */
export function checkSettlement(
  match: Match,
  settlement: Settlement,
  receivableOf: (invoiceId: string) => Receivable | undefined,
): void {
  if (new Set(settlement.allocations.map((part) => part.invoiceId)).size !== settlement.allocations.length)
    throw new InvalidError('invoice_named_twice', 'name each invoice once');
  if (partsCents(settlement.allocations) > match.payment.amountCents)
    throw new InvalidError('amount_above_payment', 'more would be applied than was paid');
  for (const { invoiceId, amountCents } of settlement.allocations) {
    const receivable = receivableOf(invoiceId);
    if (!receivable || receivable.organisationId !== match.organisationId)
      throw new InvalidError('invoice_unknown', `there is no invoice ${invoiceId}`);
    if (receivable.mode !== match.mode)
      throw new InvalidError('test_money', 'test money is never applied to a live invoice, nor the other way round');
    if (receivable.currency !== match.payment.currency)
      throw new InvalidError('currency_differs', `invoice ${receivable.number} is in ${receivable.currency}`);
    if (receivable.customerId !== settlement.customerId && !settlement.acrossCustomers)
      throw new InvalidError('customer_differs', `invoice ${receivable.number} belongs to another customer`);
    if (amountCents <= 0) throw new InvalidError('amount_not_positive', 'each amount must be above zero');
    applyTo(receivable, match.paymentId, amountCents);
  }
}

const partsCents = (parts: Settlement['allocations']): number => sumCents(parts.map((part) => part.amountCents));

/** Puts parts of a payment on invoices, beside what lies there already. They were checked. */
function place(
  match: Match,
  parts: Settlement['allocations'],
  receivableOf: (invoiceId: string) => Receivable | undefined,
): { allocations: AllocationLine[]; receivables: Receivable[] } {
  const receivables: Receivable[] = [];
  const lines = new Map(match.allocations.map((line) => [line.invoiceId, line]));
  for (const { invoiceId, amountCents } of parts) {
    const before = receivableOf(invoiceId);
    if (!before) throw new RangeError(`receivable ${invoiceId} was not read`);
    const { receivable, roundingCents } = applyTo(before, match.paymentId, amountCents);
    const held = lines.get(invoiceId);
    receivables.push(receivable);
    lines.set(invoiceId, {
      allocationId: allocationIdOf(match, invoiceId),
      invoiceId,
      invoiceNumber: receivable.number,
      customerId: receivable.customerId,
      amountCents: (held?.amountCents ?? 0) + amountCents,
      roundingCents: (held?.roundingCents ?? 0) + roundingCents,
      version: (held?.version ?? 0) + 1,
    });
  }
  return { allocations: [...lines.values()], receivables };
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
  const { allocations, receivables } = place(match, settlement.allocations, receivableOf);
  return {
    receivables,
    match: noted(
      {
        ...match,
        status,
        customerId: settlement.customerId,
        allocations,
        creditCents: match.payment.amountCents - partsCents(settlement.allocations),
        unappliedCents: 0,
        byPerson: match.byPerson || status === 'confirmed',
      },
      status,
      act,
    ),
  };
}

/**
 * Spends what a payment left over, its customer's credit, on invoices of that customer. The decision about whose money it is
 * stands. Where it lies is a person's word from now on, be it by a house rule: what the engine would propose knows nothing of
 * credit that was spent, so it moves such money no more.
 * @throws {ConflictError} payment_reversed, no_credit
 * @throws {InvalidError} amount_above_credit, and as `checkSettlement`
 */
export function spendCredit(
  match: Match,
  parts: Settlement['allocations'],
  act: Act,
  receivableOf: (invoiceId: string) => Receivable | undefined,
): Outcome {
  const { customerId, creditCents, payment } = match;
  if (match.reversed) throw new ConflictError('payment_reversed', 'the provider took this money back');
  if (creditCents === 0 || !customerId) throw new ConflictError('no_credit', 'nothing of this payment is left over');
  if (partsCents(parts) > creditCents)
    throw new InvalidError('amount_above_credit', `only ${formatMoney(creditCents, payment.currency)} is left over`);
  checkSettlement(match, { customerId, allocations: parts }, receivableOf);
  const { allocations, receivables } = place(match, parts, receivableOf);
  const spent = { ...match, allocations, creditCents: creditCents - partsCents(parts), byPerson: true };
  return { receivables, match: remarked(spent, 'credit_applied', act) };
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

/**
 * Takes what an invoice is no longer owed off it. The decision stands, whoever took it, and so does all else that the
 * payment pays: what is taken off is the customer's credit.
 * @param surplusCents with the crumb that was closed, which is the first to go; more than lies there takes all of it
 */
export function release(match: Match, receivable: Receivable, surplusCents: number, act: Act): Outcome {
  const line = heldLine(match, receivable.invoiceId);
  if (!line) throw new RangeError(`payment ${match.paymentId} pays nothing of invoice ${receivable.invoiceId}`);
  const roundingCents = Math.min(line.roundingCents, surplusCents);
  const amountCents = Math.min(line.amountCents, surplusCents - roundingCents);
  const left = {
    ...line,
    amountCents: line.amountCents - amountCents,
    roundingCents: line.roundingCents - roundingCents,
    version: line.version + 1,
  };
  const released = {
    ...match,
    allocations: match.allocations.map((one) => (one === line ? left : one)),
    creditCents: match.creditCents + amountCents,
  };
  const money = formatMoney(amountCents, receivable.currency);
  const why = amountCents > 0 ? `${act.why}: ${money} of it is the customer’s credit now` : act.why;
  return {
    receivables: [takeFrom(receivable, match.paymentId, { amountCents, roundingCents }, left.amountCents > 0)],
    match: remarked(released, 'adjusted', { ...act, why }),
  };
}

/** The provider took the money back; what was applied must be undone before. */
export const reverse = (match: Match, act: Act): Match =>
  noted({ ...match, status: 'undone', reason: 'reversed', unappliedCents: 0, reversed: true }, 'reversed', act);
