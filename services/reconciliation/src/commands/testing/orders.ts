import { DEFAULT_RULES, type SplitRule } from '@malipo/matching';
import { AppError } from '@malipo/service-kit';
import { expect } from 'vitest';
import type { Match } from '../../domain/match.ts';
import type { Receivable } from '../../domain/receivable.ts';
import { decideOpen } from '../decide-again.ts';
import { confirmIn, rejectIn, undoIn } from '../decide-by-person.ts';
import { assertOfMode } from '../open-unit.ts';
import { spendCreditIn } from '../spend-credit.ts';
import type { Work } from '../work.ts';
import { AT, CAUSE, houseOf, inUnit, ORGANISATION, type World } from './world.ts';

/** A slice of a run, as `work-run.ts` decides it: over all that waits, with whatever rules hold now. */
export function run(world: World, rules: readonly SplitRule[], automatic: boolean, at = ORGANISATION): void {
  houseOf(world, at).state.rules = { ...DEFAULT_RULES, order: rules, automatic };
  inUnit(world, (unit) => decideOpen(unit, [...world.matches.values()], CAUSE, 'run'), at);
}

export type Verb = 'confirm' | 'reject' | 'undo' | 'apply-credit';

/** How a command picks: which match, which invoice, and whether that is looked for at the other house. */
export type Aim = { n: number; pick: number; abroad?: boolean };

/** A person's command as the HTTP commands make it; a refusal must leave everything as it was (I7). */
export function order(world: World, verb: Verb, { n: nth, pick, abroad }: Aim, at = ORGANISATION): void {
  const all = [...world.matches.values()].filter((one) => one.organisationId === at);
  const targets = [...world.receivables.values()].filter((one) => (one.organisationId === at) !== (abroad ?? false));
  const fitting = verb === 'apply-credit' ? all.filter((one) => one.creditCents > 0) : [];
  const match = (fitting.length > 0 ? fitting : all)[nth % Math.max(1, fitting.length || all.length)];
  if (!match) return;
  const held = () => JSON.stringify([[...world.receivables], [...world.matches], world.entries.length, factsOf(world)]);
  const before = held();
  try {
    inUnit(world, (unit, reads) => command(unit, targets, match, verb, pick, reads.matches), at);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(held()).toBe(before);
  }
}

const factsOf = ({ houses }: World) => houses.map(({ facts }) => facts.length);

function command(
  unit: Work,
  all: readonly Receivable[],
  match: Match,
  verb: Verb,
  pick: number,
  matches: World['matches'],
): void {
  assertOfMode(match, unit);
  const say = { who: 'user', why: 'test', cause: CAUSE };
  if (verb === 'undo') {
    undoIn(unit, match, say, matches);
  } else if (verb === 'apply-credit') {
    const own = all.filter((one) => one.customerId === match.customerId && one.status === 'open');
    const target = (own.length > 0 && pick % 5 > 0 ? own : all)[pick % Math.max(1, own.length || all.length)];
    if (!target) return;
    const amountCents = Math.min(match.creditCents + (pick % 7 === 0 ? 1 : 0), target.balanceCents);
    spendCreditIn(unit, match, [{ invoiceId: target.invoiceId, amountCents }], { ...say, at: AT }, CAUSE);
  } else if (verb === 'reject') rejectIn(unit, match, say);
  else {
    const target = all[pick % Math.max(1, all.length)];
    if (!target) return;
    const amountCents = Math.min(match.payment.amountCents, pick % 3 === 0 ? 1_000_000 : target.balanceCents);
    const acrossCustomers = pick % 4 === 0;
    const rest = second(all, target, match, amountCents, acrossCustomers);
    const allocations = [{ invoiceId: target.invoiceId, amountCents }, ...rest];
    confirmIn(unit, match, { customerId: target.customerId, allocations, acrossCustomers }, say);
  }
}

/** What is left of the money pays another invoice, of the same customer or of another, where there is one. */
function second(
  all: readonly Receivable[],
  target: Receivable,
  { payment }: Match,
  spentCents: number,
  isOfOther: boolean,
) {
  const other = all.find(
    (one) => (one.customerId === target.customerId) !== isOfOther && one.status === 'open' && one !== target,
  );
  const amountCents = Math.min(payment.amountCents - spentCents, other?.balanceCents ?? 0);
  return other && amountCents > 0 ? [{ invoiceId: other.invoiceId, amountCents }] : [];
}
