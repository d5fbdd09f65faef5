import {
  AppError,
  type Caller,
  type Cause,
  InvalidError,
  NotFoundError,
  RaceLostError,
  untilWon,
} from '@malipo/service-kit';
import type { Match, Settlement } from '../domain/match.ts';
import { isEmpty } from '../domain/unit.ts';
import { commitUnits } from '../store/commit.ts';
import { proposalOf } from './choose-settlement.ts';
import { confirmIn, isConfirmedAs, rejectIn } from './decide-by-person.ts';
import { assertOfMode, assertUnchanged, openUnit, type Row } from './open-unit.ts';
import type { Deps, Work } from './work.ts';

export type BulkItem = { paymentId: string; proposal?: number | undefined; expectedVersion?: number | undefined };
export type BulkOrder = { caller: Caller; cause: Cause; action: 'confirm' | 'reject'; why: string };

/** How one of many ended: the match, or what was thrown. */
export type BulkOutcome = { paymentId: string; match: Match | null; error: AppError | null };

/** So many are written in one transaction: few enough for live events to get in between. */
const AT_ONCE = 25;

/**
 * Decides one after the other, in the given order: an item that is refused stops no other, and one that is decided
 * already is done. A payment named twice is decided once.
 * @throws what is nobody's fault (the database is out of reach): what was decided by then stays decided
 */
export async function bulkDecide(deps: Deps, order: BulkOrder, items: readonly BulkItem[]): Promise<BulkOutcome[]> {
  const first = new Map<string, BulkItem>();
  for (const item of items) if (!first.has(item.paymentId)) first.set(item.paymentId, item);
  const each = [...first.values()];
  const outcomes = new Map<string, BulkOutcome>();
  for (let from = 0; from < each.length; from += AT_ONCE)
    for (const outcome of await untilWon(() => decideSome(deps, order, each.slice(from, from + AT_ONCE))))
      outcomes.set(outcome.paymentId, outcome);
  return items.flatMap((item) => outcomes.get(item.paymentId) ?? []);
}

async function decideSome(deps: Deps, order: BulkOrder, items: readonly BulkItem[]): Promise<BulkOutcome[]> {
  const { organisationId } = order.caller;
  const row = await deps.reads.organisation(organisationId);
  const matches = await deps.reads.matches(items.map((item) => item.paymentId));
  for (const [id, match] of matches) if (match.organisationId !== organisationId) matches.delete(id);
  if (!row) return items.map((item) => toOutcome(item, () => null));
  const unit = await unitFor(deps, row, order, items, matches);
  const outcomes = items.map((item) =>
    toOutcome(item, () => {
      const match = matches.get(item.paymentId);
      return match ? decideOne(unit, row, order, item, match) : null;
    }),
  );
  const now = await deps.reads.organisation(organisationId);
  // what was read piece by piece may be from before and after somebody else's commit; then a refusal means nothing
  if (now?.seq !== row.seq) throw new RaceLostError('the organisation');
  if (isEmpty(unit)) return outcomes;
  await commitUnits(deps.relay, deps.collections, [unit]);
  deps.figures.decided(unit);
  return outcomes;
}

function unitFor(
  deps: Deps,
  row: Row,
  { action }: BulkOrder,
  items: readonly BulkItem[],
  matches: ReadonlyMap<string, Match>,
): Promise<Work> {
  const chosen: Settlement[] = [];
  if (action === 'confirm')
    for (const { paymentId, proposal = 0 } of items) {
      const decision = matches.get(paymentId)?.decision;
      const one = decision && [decision.proposal, ...decision.alternatives][proposal];
      if (one) chosen.push(one);
    }
  const invoiceIds = chosen.flatMap((one) => one.allocations.map((part) => part.invoiceId));
  const customerIds = [...new Set(chosen.map((one) => one.customerId))];
  return openUnit(deps, row, [...matches.values()], invoiceIds, customerIds);
}

/** As the single requests do: the same again is done, whatever version was seen. */
function decideOne(
  unit: Work,
  row: Row,
  { action, caller, why, cause }: BulkOrder,
  { proposal, expectedVersion }: BulkItem,
  match: Match,
): Match {
  assertOfMode(match, row);
  const say = { who: caller.userId, why, cause };
  if (action === 'reject') {
    if (proposal !== undefined)
      throw new InvalidError('no_proposal', 'what is rejected is the best proposal; name none');
    if (match.status === 'rejected') return match;
    assertUnchanged(match, expectedVersion);
    rejectIn(unit, match, say);
  } else {
    const settlement = proposalOf(match, proposal ?? 0);
    if (isConfirmedAs(match, settlement)) return match;
    assertUnchanged(match, expectedVersion);
    confirmIn(unit, match, settlement, say);
  }
  return unit.matches.get(match.paymentId)?.now ?? match;
}

function toOutcome({ paymentId }: BulkItem, decide: () => Match | null): BulkOutcome {
  try {
    const match = decide();
    if (!match) throw new NotFoundError('match_not_found', `there is no match ${paymentId}`);
    return { paymentId, match, error: null };
  } catch (error) {
    if (error instanceof AppError) return { paymentId, match: null, error };
    throw error;
  }
}
