import { MAX_PARTS } from '@malipo/matching';
import { ConflictError } from '@malipo/service-kit';
import type { Match, Settlement } from '../domain/match.ts';
import type { Receivable } from '../domain/receivable.ts';
import { changeMatch, type Order } from './change-match.ts';
import { openUnit } from './open-unit.ts';
import { spendCreditIn } from './spend-credit.ts';
import type { Deps } from './work.ts';

/**
 * Spends what a payment left over on invoices of the same customer: the named ones, else whatever the customer owes, the
 * longest due first, up to a thousand of them.
 * @throws {NotFoundError} match_not_found
 * @throws {ConflictError} no_credit, nothing_owed, payment_reversed, test_money
 * @throws {InvalidError} amount_above_credit, and the codes of `checkSettlement`
 */
export const applyCredit = (
  deps: Deps,
  order: Order,
  parts: Settlement['allocations'] | undefined,
  why: string,
): Promise<Match> =>
  changeMatch(deps, order, async (match, row) => {
    const { customerId } = match;
    const spent = parts ?? (customerId ? spread(match, await deps.reads.openReceivables([row._id], [customerId])) : []);
    const invoices = spent.map((part) => part.invoiceId);
    const unit = await openUnit(deps, row, [match], invoices, customerId ? [customerId] : []);
    spendCreditIn(unit, match, spent, { who: order.caller.userId, at: unit.at, why }, order.cause);
    return unit;
  });

/** The credit over what its customer owes, the longest due first. @throws {ConflictError} nothing_owed */
function spread(match: Match, open: readonly Receivable[]): Settlement['allocations'] {
  const { currency } = match.payment;
  const owed = open.filter((one) => one.mode === match.mode && one.currency === currency).sort(byDueDate);
  if (match.creditCents > 0 && owed.length === 0)
    throw new ConflictError('nothing_owed', `the customer owes nothing in ${currency}; the credit stays for later`);
  const parts: { invoiceId: string; amountCents: number }[] = [];
  let left = match.creditCents;
  for (const { invoiceId, balanceCents } of owed.slice(0, MAX_PARTS)) {
    const amountCents = Math.min(left, balanceCents);
    if (amountCents > 0) parts.push({ invoiceId, amountCents });
    left -= amountCents;
  }
  return parts;
}

const byDueDate = (a: Receivable, b: Receivable): number =>
  compare(a.dueDate, b.dueDate) || compare(a.issuedOn, b.issuedOn) || compare(a.number, b.number);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
