import type { Fact } from '@malipo/matching';
import { invoiceSaved } from './facts.ts';
import { type Entry, type EntryKind, movement } from './ledger.ts';
import { isOpen, legsOfMatch, type Match } from './match.ts';
import { clearedBy } from './refusal.ts';
import type { Outcome } from './settle.ts';
import { learn, pad, receivableOf, track, type Unit } from './unit.ts';

/** What a step leaves behind besides the match. */
type Step<Event> = {
  /** What the engine must remember of it. */
  facts?: readonly Fact[];
  /** Makes the event from the match at its new version. */
  announce?: (match: Match) => Event;
};

/**
 * Keeps a step that moves money: the match's next version, its invoices, its entry in the ledger, its event and its facts.
 * @param step.kind of the entry; `cause` is what led to it
 */
export function saveStep<Event>(
  unit: Unit<Event>,
  before: Match,
  outcome: Outcome,
  step: Step<Event> & { kind: EntryKind; cause: string },
): Match {
  const match = nextVersion(before, outcome.match);
  const crumbs = outcome.receivables.filter(
    (next) => next.roundingCents !== receivableOf(unit, next.invoiceId)?.roundingCents,
  );
  for (const next of outcome.receivables) {
    if (next.balanceCents > (receivableOf(unit, next.invoiceId)?.balanceCents ?? 0)) unit.reopened.add(next.invoiceId);
    track(unit, next);
  }
  const legs = movement(legsOfMatch(before), legsOfMatch(match));
  if (legs.length > 0) unit.entries.push(entryOf(unit, match, step, legs));
  keep(unit, before, match, step);
  // the engine moves balances by what was paid; it cannot know of crumbs
  for (const next of crumbs) learn(unit, invoiceSaved(next));
  return match;
}

/** Keeps a step that moves no cent: the match's next version, its event and its facts. */
export function noteStep<Event>(unit: Unit<Event>, before: Match, after: Match, step: Step<Event> = {}): Match {
  const match = nextVersion(before, after);
  if (movement(legsOfMatch(before), legsOfMatch(match)).length > 0)
    throw new RangeError(`a step of ${match.paymentId} moves money without an entry in the ledger`);
  keep(unit, before, match, step);
  return match;
}

const nextVersion = (before: Match, after: Match): Match => ({ ...after, version: before.version + 1 });

function keep<Event>(unit: Unit<Event>, before: Match, match: Match, { facts = [], announce }: Step<Event>): void {
  for (const fact of facts) learn(unit, fact);
  if (isFollowed(unit, match)) for (const customerId of clearedBy(before, match)) unit.cleared.add(customerId);
  const changed = unit.matches.get(match.paymentId);
  const events = announce ? [announce(match)] : [];
  if (changed) {
    changed.now = match;
    changed.events.push(...events);
  } else unit.matches.set(match.paymentId, { before: before.version === 0 ? null : before, now: match, events });
}

const MAX_LOOKS = 3;

/** Where one suggestion only gives way to another, two payments could set each other off for ever. */
const isFollowed = ({ looks }: Unit<unknown>, match: Match): boolean => !isOpen(match) || looks < MAX_LOOKS;

const entryOf = (
  unit: Unit<unknown>,
  match: Match,
  step: { kind: EntryKind; cause: string },
  legs: Entry['legs'],
): Entry => ({
  id: `${match.paymentId}:${pad(match.version)}`,
  organisationId: unit.organisationId,
  mode: match.mode,
  currency: match.payment.currency,
  at: unit.at,
  kind: step.kind,
  cause: step.cause,
  paymentId: match.paymentId,
  invoiceId: null,
  legs,
});
