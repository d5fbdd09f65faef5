import { apply, type Fact, type State } from '@malipo/matching';
import type { HouseRules, RulesVersion } from './house-rules.ts';
import type { Learning } from './learning.ts';
import type { Entry, Mode } from './ledger.ts';
import type { Match } from './match.ts';
import type { Receivable } from './receivable.ts';

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
  /** The engine's memory, which learns with the unit; null where people decide: the log brings it what they did. */
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
  /** Customers that other money is no more suspected to be of, or who lost an invoice: what waits for them may be decided anew. */
  cleared: Set<string>;
  /** How many looks at what waits led to it, each noted by the one before; 0 for an event and a person's word. */
  looks: number;
  /** Payments that offered to pay an invoice, beside a person's word, before this unit. */
  offering(invoiceId: string): Iterable<string>;
  /** Models and caution that it leaves the organisation with. */
  learningAfter: Learning | null;
  /** Moves `seq` even if nothing else changes: for what is written elsewhere and rests on what was read here. */
  isClaimed: boolean;
};

/** A unit in which the engine decides. */
export type Deciding<Event> = Unit<Event> & { state: State };

type UnitStart<Memory extends State | null> = Pick<
  Unit<unknown>,
  'organisationId' | 'seq' | 'mode' | 'at' | 'receivable' | 'owedBefore'
> &
  Partial<Pick<Unit<unknown>, 'offering'>> & { state: Memory };

export const beginUnit = <Event, Memory extends State | null>(
  start: UnitStart<Memory>,
): Unit<Event> & { state: Memory } => ({
  offering: () => [],
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
  cleared: new Set(),
  looks: 0,
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

/** Waiting payments that the engine suspects to be the customer's. */
export const suspectedOf = ({ state }: Unit<unknown>, customerId: string): Iterable<string> =>
  state?.customerById.get(customerId)?.pending ?? [];

/** Folds a fact into the engine's memory and keeps it for the log that every memory is rebuilt from. */
export function learn(unit: Unit<unknown>, fact: Fact): void {
  unit.facts.push(fact);
  if (unit.state) apply(unit.state, fact);
}

/** Keeps an invoice as it now stands. */
export function track(unit: Unit<unknown>, next: Receivable): void {
  const changed = unit.receivables.get(next.invoiceId);
  if (changed) changed.now = next;
  else unit.receivables.set(next.invoiceId, { before: unit.receivable(next.invoiceId) ?? null, now: next });
}

/** Sorts as text in the order of the numbers. */
export const pad = (value: number): string => String(value).padStart(12, '0');
