import type { Decision, Proposal } from '@malipo/matching';
import { AppError } from '@malipo/service-kit';
import { type Match, proposalsOf, type Settlement } from '../domain/match.ts';
import type { Receivable } from '../domain/receivable.ts';
import { checkSettlement } from '../domain/settle.ts';
import { receivableOf } from '../domain/unit.ts';
import type { Work } from './work.ts';

/** What passes although it would be stopped otherwise. */
type Leave = {
  /** Invoices that the payment itself lies on for the time being. */
  restored?: readonly { invoiceId: string }[];
  /** Better evidence came: a customer whom a person refused on weaker evidence may be suggested. */
  isBetter?: boolean;
};

/**
 * The service's own rules above the engine's: a proposal that could not be applied is no proposal, nor is one for a customer
 * whom a person refused for this money; and what a person once decided, or holds, is never applied by the engine.
 */
export function restrained(
  unit: Work,
  match: Match,
  free: Decision,
  { restored = [], isBetter = false }: Leave = {},
): Decision {
  const isRestored = new Set(restored.map((receivable) => receivable.invoiceId));
  const stops = (one: Settlement): string | null =>
    one.allocations.some((part) => isRestored.has(part.invoiceId))
      ? null
      : obstacle((id) => receivableOf(unit, id), match, one);
  const byPeople = heldByPeople(unit, match);
  const decision = alikeBeside(free, (one) => byPeople ?? stops(one));
  const isNo = ({ customerId }: Proposal): boolean => !isBetter && match.refused?.includes(customerId) === true;
  const possible = (proposals: readonly Proposal[]) => proposals.filter((one) => !isNo(one) && !stops(one));
  const { proposal } = decision;
  if (!proposal) return { ...decision, alternatives: possible(decision.alternatives) };
  if (isNo(proposal)) return unmatched(decision, 'refused', possible(decision.alternatives));
  const guard = stops(proposal);
  const held = guard ?? byPeople;
  if (!held && decision.outcome === 'auto') return decision;
  const guards = held ? [...decision.guards, held] : decision.guards;
  const [best, ...alternatives] = possible(proposalsOf(decision));
  if (!best) return { ...unmatched(decision, 'no_candidate', []), guards };
  if (decision.outcome !== 'auto') return { ...decision, proposal: best, alternatives };
  const reason = guard ? 'weak_evidence' : 'person_decided';
  return { ...decision, outcome: 'suggested', reason, proposal: best, alternatives, guards };
}

/** What would stop the model in force stops the challenger, too, which else would look as if it applied more. */
function alikeBeside(decision: Decision, stops: (one: Settlement) => string | null): Decision {
  const { shadow } = decision;
  if (shadow?.outcome !== 'auto' || shadow.customerId === null) return decision;
  const { customerId, allocations } = shadow;
  return stops({ customerId, allocations }) ? { ...decision, shadow: { ...shadow, outcome: 'suggested' } } : decision;
}

type LookUp = (invoiceId: string) => Receivable | undefined;

/** What was decided about money, without what nobody could confirm any more. */
export function stillPossible(match: Match, lookUp: LookUp): Decision {
  const { decision } = match;
  const all = proposalsOf(decision);
  const possible = all.filter((one) => !obstacle(lookUp, match, one));
  if (possible.length === all.length) return decision;
  const [best, ...alternatives] = possible;
  return best ? { ...decision, proposal: best, alternatives } : unmatched(decision, 'no_candidate', []);
}

/** The code of what would stop a proposal as things stand now; null where a person could confirm it. */
export function obstacle(lookUp: LookUp, match: Match, proposal: Settlement): string | null {
  try {
    checkSettlement(match, proposal, lookUp);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

const unmatched = (decision: Decision, reason: Decision['reason'], alternatives: readonly Proposal[]): Decision => ({
  ...decision,
  outcome: 'unmatched',
  reason,
  proposal: null,
  alternatives,
});

/** Why people keep the engine from applying it, where they do. */
function heldByPeople({ at }: Work, { byPerson, heldUntil }: Match): 'person_decided' | 'on_hold' | null {
  if (byPerson) return 'person_decided';
  return heldUntil !== null && heldUntil > at ? 'on_hold' : null;
}
