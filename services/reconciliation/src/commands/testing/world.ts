import {
  CustomerSaved,
  InvoiceChanged,
  InvoiceIssued,
  InvoiceVoided,
  PaymentEvidenceAdded,
  PaymentReceived,
  PaymentReversed,
} from '@malipo/events';
import { createState, type Fact, type State } from '@malipo/matching';
import type { OutgoingEvent, Received } from '@malipo/service-kit';
import { derivedId, sumCents } from '@malipo/values';
import { received } from '../../../test/builders.ts';
import type { Entry, Mode } from '../../domain/ledger.ts';
import { isOpen, type Match } from '../../domain/match.ts';
import type { Receivable } from '../../domain/receivable.ts';
import { beginUnit } from '../../domain/unit.ts';
import { decidePayment } from '../decide-payment.ts';
import { fitReopened } from '../fit-reopened.ts';
import { is, type SliceReads } from '../read-slice.ts';
import { takeCustomer, takeInvoice, takeVoid } from '../take-invoice.ts';
import { takePayment, takeReversal } from '../take-payment.ts';
import type { Decisions } from '../work.ts';

/** The first is still trying things out; the second is live, and test money comes beside its live money. */
export const HOUSES = [
  { organisationId: derivedId('organisation'), mode: 'test' },
  { organisationId: derivedId('organisation', 'live'), mode: 'live' },
] as const;
export const ORGANISATION = HOUSES[0].organisationId;
export const AT = new Date('2026-03-02T09:00:00Z');
/** Ids are each house's own; numbers and phones are the same in both. */
export const idOf = (kind: 'customer' | 'invoice' | 'payment', n: number, house = 0) =>
  derivedId(kind, house === 0 ? String(n) : `${house}:${n}`);
export const customersOf = (house: number) => [0, 1, 2].map((n) => idOf('customer', n, house));
export const CUSTOMERS = customersOf(0);
export const CAUSE = { correlationId: 'test', causationId: 'test', traceparent: null };
export const phoneOf = (n: number) => `25471200000${n}`;

/** What one organisation has of its own: the log, and the memory that is its fold. */
export type House = { organisationId: string; mode: Mode; facts: Fact[]; state: State };

/** What the database would hold, so that thousands of sequences run in seconds; writing is tested on the real one. */
export type World = {
  receivables: Map<string, Receivable>;
  matches: Map<string, Match>;
  reads: SliceReads;
  entries: Entry[];
  events: OutgoingEvent[];
  houses: House[];
};

export const createWorld = (): World => ({
  receivables: new Map(),
  matches: new Map(),
  reads: {
    units: new Map(),
    matches: new Map(),
    customers: new Map(),
    requests: new Set(),
    reversals: new Map(),
    spending: new Set(),
  },
  entries: [],
  events: [],
  houses: HOUSES.map((house) => ({ ...house, facts: [], state: createState(house.organisationId) })),
});

export function houseOf({ houses }: World, organisationId = ORGANISATION): House {
  const house = houses.find((one) => one.organisationId === organisationId);
  if (!house) throw new RangeError(`nobody is ${organisationId}`);
  return house;
}

export function inUnit(
  world: World,
  work: (unit: Decisions, reads: SliceReads) => void,
  organisationId = ORGANISATION,
): void {
  const house = houseOf(world, organisationId);
  const unit: Decisions = beginUnit({
    organisationId,
    seq: 0,
    mode: house.mode,
    at: AT,
    state: house.state,
    receivable: (id) => world.receivables.get(id),
    owedBefore: (customerId, currency) =>
      sumCents(
        [...world.receivables.values()]
          .filter((one) => one.customerId === customerId && one.currency === currency)
          .map((one) => one.balanceCents),
      ),
  });
  work(unit, { ...world.reads, matches: world.matches });
  for (const [id, { now }] of unit.receivables) world.receivables.set(id, now);
  for (const [id, { now, events }] of unit.matches) {
    world.matches.set(id, now);
    world.events.push(...events);
  }
  for (const [id, { version, name }] of unit.customers)
    world.reads.customers.set(id, { _id: id, organisationId, name, version });
  world.entries.push(...unit.entries);
  house.facts.push(...unit.facts);
}

/** An event as a slice of its own takes it, with the payments that it makes worth deciding again. */
export function deliver(world: World, event: OutgoingEvent): void {
  const one: Received = received(event);
  const work = (unit: Decisions, reads: SliceReads) => {
    for (const id of [...take(unit, one, reads), ...fitReopened(unit, new Map())]) {
      const match = unit.matches.get(id)?.now ?? world.matches.get(id);
      if (match && isOpen(match)) decidePayment(unit, match, one.cause, 'test');
    }
  };
  inUnit(world, work, one.organisationId);
}

function take(unit: Decisions, event: Received, reads: SliceReads): string[] {
  if (is(CustomerSaved, event)) return takeCustomer(unit, event, reads);
  if (is(InvoiceIssued, event) || is(InvoiceChanged, event)) return takeInvoice(unit, event, reads);
  if (is(InvoiceVoided, event)) return takeVoid(unit, event, reads);
  if (is(PaymentReceived, event) || is(PaymentEvidenceAdded, event)) takePayment(unit, event, reads);
  else if (is(PaymentReversed, event)) takeReversal(unit, event, reads);
  return [];
}
