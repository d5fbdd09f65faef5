import { apply, type Decision, type Fact, type Proposal, type State } from '@malipo/matching';
import type { HouseRules, RulesVersion } from './house-rules.ts';
import type { Learning } from './learning.ts';
import { type Entry, type EntryKind, type Mode, movement } from './ledger.ts';
import { legsOfMatch, type Match, type Outcome } from './match.ts';
import { toPaymentFact } from './payment.ts';
import { legsOfInvoice, type Receivable } from './receivable.ts';

export type CustomerRecord = { customerId: string; name: string; version: number };

/** Before is null for what is new. */
export type Changed<Value> = { before: Value | null; now: Value };
export type ChangedMatch<Event> = Changed<Match> & { events: Event[] };

/**
 * All that one slice or command changes in one organisation, gathered in memory and written in one transaction that
 * holds only while the organisation's `seq` is still the one that everything was decided on.
 */
export type Unit<Event> = {
  organisationId: string;
  /** The organisation's sequence number that the decisions rest on; null where it is new to us. */
  seq: number | null;
  mode: Mode;
  at: Date;
  /** The engine's memory; null in commands that decide nothing. */
  state: State | null;
  /** What was read beforehand, by id. */
  receivable(invoiceId: string): Receivable | undefined;
  /** What a customer owed before this unit, over all its open invoices in a currency (cents). */
  owedBefore(customerId: string, currency: string): number;
  receivables: Map<string, Changed<Receivable>>;
  matches: Map<string, ChangedMatch<Event>>;
  customers: Map<string, CustomerRecord>;
  requests: Set<string>;
  facts: Fact[];
  entries: Entry[];
  /** The mode that it leaves the organisation in. */
  modeAfter: Mode;
  /** House rules that a person set with it. */
  rulesAfter: HouseRules | null;
  /** The trace that a person's change of the rules leaves. */
  rulesVersion: RulesVersion | null;
  /** Invoices that money was taken off: what waits may fit them again. */
  reopened: Set<string>;
  /** Models and caution that it leaves the organisation with. */
  learningAfter: Learning | null;
  /** Moves `seq` even if nothing else changes: for what is written elsewhere and rests on what was read here. */
  isClaimed: boolean;
};

export type UnitStart = Pick<
  Unit<unknown>,
  'organisationId' | 'seq' | 'mode' | 'at' | 'state' | 'receivable' | 'owedBefore'
>;

export const beginUnit = <Event>(start: UnitStart): Unit<Event> => ({
  ...start,
  receivables: new Map(),
  matches: new Map(),
  customers: new Map(),
  requests: new Set(),
  facts: [],
  entries: [],
  modeAfter: start.mode,
  rulesAfter: null,
  rulesVersion: null,
  reopened: new Set(),
  learningAfter: null,
  isClaimed: false,
});

export const isEmpty = (unit: Unit<unknown>): boolean =>
  unit.facts.length === 0 &&
  unit.entries.length === 0 &&
  unit.receivables.size === 0 &&
  unit.matches.size === 0 &&
  unit.customers.size === 0 &&
  unit.modeAfter === unit.mode &&
  unit.rulesAfter === null &&
  unit.learningAfter === null &&
  !unit.isClaimed;

/** Another organisation's invoice does not exist here. */
export function receivableOf(unit: Unit<unknown>, invoiceId: string): Receivable | undefined {
  const found = unit.receivables.get(invoiceId)?.now ?? unit.receivable(invoiceId);
  return found?.organisationId === unit.organisationId ? found : undefined;
}

/** What the customer owes at this moment of the unit (cents). */
export function owedNow(unit: Unit<unknown>, customerId: string, currency: string): number {
  let owed = unit.owedBefore(customerId, currency);
  for (const { before, now } of unit.receivables.values()) {
    if (now.currency !== currency) continue;
    if (before?.customerId === customerId) owed -= before.balanceCents;
    if (now.customerId === customerId) owed += now.balanceCents;
  }
  return owed;
}

/** Folds a fact into the engine's memory and keeps it for the log that every memory is rebuilt from. */
export function learn(unit: Unit<unknown>, fact: Fact): void {
  unit.facts.push(fact);
  if (unit.state) apply(unit.state, fact);
}

/** Keeps a changed invoice, its entry in the ledger (where what is owed changed), and tells the engine. */
export function saveInvoice(unit: Unit<unknown>, next: Receivable, kind: EntryKind, cause: string): void {
  const before = receivableOf(unit, next.invoiceId);
  track(unit, next);
  const legs = movement(legsOfInvoice(before), legsOfInvoice(next));
  if (legs.length > 0)
    unit.entries.push({
      id: `${next.invoiceId}:${pad(next.version)}`,
      organisationId: unit.organisationId,
      mode: next.mode,
      currency: next.currency,
      at: unit.at,
      kind,
      cause,
      paymentId: null,
      invoiceId: next.invoiceId,
      legs,
    });
  learn(unit, next.status === 'void' ? { type: 'invoice-closed', invoiceId: next.invoiceId } : invoiceSaved(next));
}

/** Moves an invoice without money on it from the test book to the live one. @see docs/adr/0009-test-and-live-money.md */
export function moveToLive(unit: Unit<unknown>, before: Receivable, cause: string): void {
  const next: Receivable = { ...before, mode: 'live', version: before.version + 1 };
  track(unit, next);
  const entry = (mode: Mode, id: string, legs: Entry['legs']): Entry => ({
    id: `${next.invoiceId}:${pad(next.version)}:${id}`,
    organisationId: unit.organisationId,
    mode,
    currency: next.currency,
    at: unit.at,
    kind: 'invoice_moved',
    cause,
    paymentId: null,
    invoiceId: next.invoiceId,
    legs,
  });
  const legs = legsOfInvoice(before);
  if (legs.length > 0)
    unit.entries.push(entry('test', 'out', movement(legs, [])), entry('live', 'in', movement([], legs)));
}

/**
 * Keeps one step of a match: the next version, its invoices, its entry in the ledger, its event and its fact.
 * @param step.facts what the engine must remember of it
 * @param step.announce makes the event from the match at its new version
 */
export function saveStep<Event>(
  unit: Unit<Event>,
  before: Match,
  outcome: Outcome,
  step: { kind: EntryKind; cause: string; facts: readonly Fact[]; announce?: (match: Match) => Event },
): Match {
  const match = { ...outcome.match, version: before.version + 1 };
  const crumbs = outcome.receivables.filter(
    (next) => next.roundingCents !== receivableOf(unit, next.invoiceId)?.roundingCents,
  );
  for (const next of outcome.receivables) {
    if (next.balanceCents > (receivableOf(unit, next.invoiceId)?.balanceCents ?? 0)) unit.reopened.add(next.invoiceId);
    track(unit, next);
  }
  const legs = movement(legsOfMatch(before), legsOfMatch(match));
  if (legs.length > 0) unit.entries.push(entryOf(unit, match, step, legs));
  for (const fact of step.facts) learn(unit, fact);
  // the engine moves balances by what was paid; it cannot know of crumbs
  for (const next of crumbs) learn(unit, invoiceSaved(next));
  const changed = unit.matches.get(match.paymentId);
  const events = step.announce ? [step.announce(match)] : [];
  if (changed) {
    changed.now = match;
    changed.events.push(...events);
  } else unit.matches.set(match.paymentId, { before: before.version === 0 ? null : before, now: match, events });
  return match;
}

/** A decision as it is remembered: without the sentences and shares that only people read. */
export const remembered = (decision: Decision): Decision => ({
  ...decision,
  proposal: decision.proposal && withoutWords(decision.proposal),
  alternatives: decision.alternatives.map(withoutWords),
});

const withoutWords = (proposal: Proposal): Proposal => ({ ...proposal, contributions: [], because: [] });

/** The facts of money that is taken back: not posted any more, and waiting for whatever may explain it. */
export const waitsAgain = (match: Match): Fact[] => [
  { type: 'settlement-undone', paymentId: match.paymentId },
  {
    type: 'payment-decided',
    payment: toPaymentFact(match.payment),
    decision: {
      ...remembered(match.decision),
      outcome: 'unmatched',
      reason: 'no_candidate',
      proposal: null,
      alternatives: [],
    },
  },
];

function track(unit: Unit<unknown>, next: Receivable): void {
  const changed = unit.receivables.get(next.invoiceId);
  if (changed) changed.now = next;
  else unit.receivables.set(next.invoiceId, { before: unit.receivable(next.invoiceId) ?? null, now: next });
}

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

/** The engine's word for an invoice as it now stands. */
export const invoiceSaved = (receivable: Receivable): Fact => ({
  type: 'invoice-saved',
  invoice: {
    invoiceId: receivable.invoiceId,
    customerId: receivable.customerId,
    number: receivable.number,
    description: receivable.description,
    issueDay: receivable.issuedOn,
    dueDay: receivable.dueDate,
    currency: receivable.currency,
    totalCents: receivable.totalCents,
    balanceCents: receivable.balanceCents,
  },
});

/** Sorts as text in the order of the numbers. */
export const pad = (value: number): string => String(value).padStart(12, '0');
