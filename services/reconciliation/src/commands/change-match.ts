import { type Caller, type Cause, NotFoundError, RaceLostError, untilWon } from '@malipo/service-kit';
import { heldLines, isOpen, type Match, proposalsOf } from '../domain/match.ts';
import { commitUnits } from '../store/commit.ts';
import { type Choice, settlementOf } from './choose-settlement.ts';
import { confirmIn, isConfirmedAs, rejectIn, undoIn } from './decide-by-person.ts';
import { assertOfMode, openUnit, type Row } from './open-unit.ts';
import type { Deps, Work } from './work.ts';

export type Order = { caller: Caller; paymentId: string; cause: Cause };

/**
 * Applies a payment as a person says. The same confirmation again changes nothing.
 * @throws {NotFoundError} match_not_found
 * @throws {ConflictError} already_settled, payment_reversed, test_money
 * @throws {InvalidError} no_proposal, customer_unknown, and the codes of `checkSettlement`
 */
export const confirmMatch = (deps: Deps, order: Order, choice: Choice, why: string): Promise<Match> =>
  changeMatch(deps, order, async (match, row) => {
    const settlement = await settlementOf(deps, match, choice);
    if (isConfirmedAs(match, settlement)) return null;
    const invoices = settlement.allocations.map((part) => part.invoiceId);
    const unit = await openUnit(deps, row, [match], invoices, [settlement.customerId]);
    confirmIn(unit, match, settlement, { who: order.caller.userId, why, cause: order.cause });
    return unit;
  });

/** A person refuses what was suggested: the money stays without a home, the pair is remembered. @throws as `confirmMatch` */
export const rejectMatch = (deps: Deps, order: Order, why: string): Promise<Match> =>
  changeMatch(deps, order, async (match, row) => {
    if (match.status === 'rejected') return null;
    const unit = await openUnit(deps, row, [match], [], []);
    rejectIn(unit, match, { who: order.caller.userId, why, cause: order.cause });
    return unit;
  });

/**
 * A person takes back what was applied, by whomever.
 * @throws {ConflictError} nothing_to_undo, test_money
 */
export const undoMatch = (deps: Deps, order: Order, why: string): Promise<Match> =>
  changeMatch(deps, order, async (match, row) => {
    if (match.status === 'undone' && match.byPerson && isOpen(match)) return null;
    const proposed = proposalsOf(match.decision).flatMap((one) => one.allocations.map((part) => part.invoiceId));
    const paying = await otherPayers(deps, match);
    const told = [...paying.values()].flatMap(({ customerId }) => customerId ?? []);
    const unit = await openUnit(deps, row, [match], proposed, told);
    undoIn(unit, match, { who: order.caller.userId, why, cause: order.cause }, paying);
    return unit;
  });

/** Of each invoice that it pays, the latest other payment: what is left of the invoice may be written off with that. */
async function otherPayers({ reads }: Deps, match: Match): Promise<Map<string, Match>> {
  const paid = await reads.receivables(heldLines(match).map((line) => line.invoiceId));
  return reads.matches(
    [...paid.values()].flatMap(({ paidBy }) => paidBy.findLast((id) => id !== match.paymentId) ?? []),
  );
}

/** Reads, changes and writes until nobody else came in between. @param change answers null where nothing is to be done */
export function changeMatch(
  deps: Deps,
  order: Order,
  change: (match: Match, row: Row) => Promise<Work | null>,
): Promise<Match> {
  const { organisationId } = order.caller;
  return untilWon(async () => {
    const row = await deps.reads.organisation(organisationId);
    const match = (await deps.reads.matches([order.paymentId])).get(order.paymentId);
    if (!row || match?.organisationId !== organisationId)
      throw new NotFoundError('match_not_found', `there is no match ${order.paymentId}`);
    assertOfMode(match, row);
    const unit = await change(match, row).catch(async (error: unknown) => {
      // what it read piece by piece may be from before and after somebody else's commit; then the refusal means nothing
      const now = await deps.reads.organisation(organisationId);
      throw now?.seq === row.seq ? error : new RaceLostError('the match');
    });
    if (!unit) return match;
    await commitUnits(deps.relay, deps.collections, [unit]).catch((error: unknown) => {
      if (error instanceof RaceLostError) deps.figures.races.inc({ door: 'http' });
      throw error;
    });
    deps.figures.decided(unit);
    return unit.matches.get(order.paymentId)?.now ?? match;
  });
}
