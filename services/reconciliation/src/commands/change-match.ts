import { type Caller, type Cause, NotFoundError, RaceLostError, untilWon } from '@malipo/service-kit';
import { waitsAgain } from '../domain/facts.ts';
import { isOpen, type Match, proposalsOf } from '../domain/match.ts';
import { refusing } from '../domain/refusal.ts';
import { saveStep } from '../domain/save-step.ts';
import { undo } from '../domain/settle.ts';
import { receivableOf } from '../domain/unit.ts';
import { undone } from '../events/outgoing.ts';
import { commitUnits } from '../store/commit.ts';
import { type Choice, settlementOf } from './choose-settlement.ts';
import { confirmIn, isConfirmedAs, refusal, rejectIn } from './decide-by-person.ts';
import { causeId } from './decide-payment.ts';
import { assertOfMode, openUnit, type Row } from './open-unit.ts';
import { stillPossible } from './restrain.ts';
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
 * A person takes back what was applied, by whomever. What it proposes stays, as far as that could be applied again.
 * @throws {ConflictError} nothing_to_undo, test_money
 */
export const undoMatch = (deps: Deps, order: Order, why: string): Promise<Match> =>
  changeMatch(deps, order, async (match, row) => {
    if (match.status === 'undone' && match.byPerson && isOpen(match)) return null;
    const proposed = proposalsOf(match.decision).flatMap((one) => one.allocations.map((part) => part.invoiceId));
    const unit = await openUnit(deps, row, [match], proposed, []);
    const act = { who: order.caller.userId, at: unit.at, why };
    const { match: open, receivables } = undo(refusing(match, match.customerId), act, (id) => receivableOf(unit, id));
    const freed = new Map(receivables.map((receivable) => [receivable.invoiceId, receivable]));
    const decision = stillPossible(open, (id) => freed.get(id) ?? receivableOf(unit, id));
    const outcome = { match: { ...open, decision }, receivables };
    saveStep(unit, match, outcome, {
      kind: 'allocation_undone',
      cause: causeId(order.cause),
      facts: [...waitsAgain(match), ...refusal(match, match.customerId, unit)],
      announce: undone(order.cause),
    });
    return unit;
  });

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
