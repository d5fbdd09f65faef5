import { type Caller, type Cause, ConflictError, NotFoundError, RaceLostError, untilWon } from '@malipo/service-kit';
import { sumCents } from '@malipo/values';
import { type Act, heldLines, isOpen, isSettledAs, leaveOpen, type Match, settle, undo } from '../domain/match.ts';
import { toPaymentFact } from '../domain/payment.ts';
import { beginUnit, owedNow, receivableOf, saveStep, waitsAgain } from '../domain/unit.ts';
import { aliasLearned, allocated, refused, undone } from '../events/outgoing.ts';
import { commitUnits } from '../store/commit.ts';
import { type Choice, settlementOf } from './choose-settlement.ts';
import { causeId } from './decide-payment.ts';
import type { Deps, Work } from './work.ts';

/** @param expected the match's version that the caller decided on, where only that one will do */
export type Order = { caller: Caller; paymentId: string; cause: Cause; expected?: number | undefined };

/**
 * Applies a payment as a person says. The same confirmation again changes nothing.
 * @throws {NotFoundError} match_not_found
 * @throws {ConflictError} already_settled, payment_reversed, test_money
 * @throws {InvalidError} no_proposal, customer_unknown, and the codes of `checkSettlement`
 */
export const confirmMatch = (deps: Deps, order: Order, choice: Choice, why: string): Promise<Match> =>
  changeMatch(deps, order, async (match, row) => {
    const settlement = await settlementOf(deps, match, choice);
    if (match.status === 'confirmed' && isSettledAs(match, settlement)) return null;
    const invoices = settlement.allocations.map((part) => part.invoiceId);
    const unit = await openUnit(deps, row, match, invoices, settlement.customerId);
    const outcome = settle(match, settlement, 'confirmed', actOf(order, unit, why), (id) => receivableOf(unit, id));
    const { customerId, allocations } = settlement;
    const settled = {
      paymentId: match.paymentId,
      by: 'person' as const,
      customerId,
      allocations,
      creditCents: outcome.match.creditCents,
    };
    const confirmed = saveStep(unit, match, outcome, {
      kind: 'payment_applied',
      cause: causeId(order.cause),
      facts: [{ type: 'payment-settled', payment: toPaymentFact(match.payment), settled }],
      announce: allocated(order.cause, () => owedNow(unit, customerId, match.payment.currency)),
    });
    saveStep(
      unit,
      confirmed,
      { match: confirmed, receivables: [] },
      {
        kind: 'payment_applied',
        cause: causeId(order.cause),
        facts: [],
        announce: aliasLearned(order.cause, customerId),
      },
    );
    return unit;
  });

/** A person refuses what was suggested: the money stays without a home, the pair is remembered. @throws as `confirmMatch` */
export const rejectMatch = (deps: Deps, order: Order, why: string): Promise<Match> =>
  changeMatch(deps, order, async (match, row) => {
    if (match.status === 'rejected') return null;
    if (match.reversed) throw new ConflictError('payment_reversed', 'the provider took this money back');
    if (!isOpen(match)) throw new ConflictError('already_settled', 'this payment is settled; undo it instead');
    const unit = await openUnit(deps, row, match, []);
    const customerId = match.decision.proposal?.customerId ?? null;
    const outcome = { match: leaveOpen(match, 'rejected', actOf(order, unit, why)), receivables: [] };
    saveStep(unit, match, outcome, {
      kind: 'payment_applied',
      cause: causeId(order.cause),
      facts: refusal(match, customerId, unit),
      announce: refused(order.cause, customerId, why),
    });
    return unit;
  });

/** A person takes back what was applied, by whomever. @throws {ConflictError} nothing_to_undo, test_money */
export const undoMatch = (deps: Deps, order: Order, why: string): Promise<Match> =>
  changeMatch(deps, order, async (match, row) => {
    if (match.status === 'undone' && match.byPerson && isOpen(match)) return null;
    const unit = await openUnit(deps, row, match, []);
    const outcome = undo(match, actOf(order, unit, why), (id) => receivableOf(unit, id));
    saveStep(unit, match, outcome, {
      kind: 'allocation_undone',
      cause: causeId(order.cause),
      facts: [...waitsAgain(match), ...refusal(match, match.customerId, unit)],
      announce: undone(order.cause),
    });
    return unit;
  });

type Row = { _id: string; seq: number; mode: 'test' | 'live' };

/** Reads, changes and writes until nobody else came in between. @param change answers null where nothing is to be done */
function changeMatch(
  deps: Deps,
  order: Order,
  change: (match: Match, row: Row) => Promise<Work | null>,
): Promise<Match> {
  const { organisationId } = order.caller;
  return untilWon(async () => {
    const row = (await deps.reads.organisations([organisationId])).get(organisationId);
    const match = (await deps.reads.matches([order.paymentId])).get(order.paymentId);
    if (!row || match?.organisationId !== organisationId)
      throw new NotFoundError('match_not_found', `there is no match ${order.paymentId}`);
    if (match.mode !== row.mode)
      throw new ConflictError('test_money', 'the organisation is live; its test payments are closed');
    const unit = await change(match, row).catch(async (error: unknown) => {
      // what it read piece by piece may be from before and after somebody else's commit; then the refusal means nothing
      const now = (await deps.reads.organisations([organisationId])).get(organisationId);
      throw now?.seq === row.seq ? error : new RaceLostError('the match');
    });
    if (!unit) return match;
    if (order.expected !== undefined && order.expected !== match.version)
      throw new ConflictError('match_changed', 'the match changed since it was looked at; look again');
    await commitUnits(deps.relay, deps.collections, [unit]).catch((error: unknown) => {
      if (error instanceof RaceLostError) deps.figures.races.inc({ door: 'http' });
      throw error;
    });
    deps.figures.decided(unit);
    return unit.matches.get(order.paymentId)?.now ?? match;
  });
}

/** A unit without the engine: its facts reach every memory through the log. */
async function openUnit(
  deps: Deps,
  row: Row,
  match: Match,
  invoiceIds: readonly string[],
  customerId?: string,
): Promise<Work> {
  const lines = heldLines(match).map((line) => line.invoiceId);
  const receivables = await deps.reads.receivables([...new Set([...lines, ...invoiceIds])]);
  const open = customerId ? await deps.reads.openReceivables([row._id], customerId) : [];
  const owed = (currency: string) =>
    sumCents(
      open.filter((receivable) => receivable.currency === currency).map((receivable) => receivable.balanceCents),
    );
  return beginUnit({
    organisationId: row._id,
    seq: row.seq,
    mode: row.mode,
    at: deps.now(),
    state: null,
    receivable: (id) => receivables.get(id),
    owedBefore: (_customerId, currency) => owed(currency),
  });
}

const refusal = (match: Match, customerId: string | null, unit: Work) =>
  customerId
    ? [{ type: 'proposal-refused' as const, paymentId: match.paymentId, customerId, at: unit.at.getTime() }]
    : [];

const actOf = (order: Order, unit: Work, why: string): Act => ({ who: order.caller.userId, at: unit.at, why });
