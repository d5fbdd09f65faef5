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
import type { Entry } from '../../domain/ledger.ts';
import { isOpen, type Match } from '../../domain/match.ts';
import type { Receivable } from '../../domain/receivable.ts';
import { beginUnit } from '../../domain/unit.ts';
import { decidePayment } from '../decide-payment.ts';
import { fitReopened } from '../fit-reopened.ts';
import { is, type SliceReads } from '../read-slice.ts';
import { takeCustomer, takeInvoice, takeVoid } from '../take-invoice.ts';
import { takePayment, takeReversal } from '../take-payment.ts';
import type { Decisions } from '../work.ts';

export const ORGANISATION = derivedId('organisation');
export const AT = new Date('2026-03-02T09:00:00Z');
export const CUSTOMERS = [0, 1, 2].map((n) => derivedId('customer', String(n)));
export const CAUSE = { correlationId: 'test', causationId: 'test', traceparent: null };
export const phoneOf = (n: number) => `25471200000${n}`;

/** What the database would hold, so that thousands of sequences run in seconds; writing is tested on the real one. */
export type World = {
  receivables: Map<string, Receivable>;
  matches: Map<string, Match>;
  reads: SliceReads;
  entries: Entry[];
  facts: Fact[];
  events: OutgoingEvent[];
  state: State;
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
  facts: [],
  events: [],
  state: createState(ORGANISATION),
});

export function inUnit(world: World, work: (unit: Decisions, reads: SliceReads) => void): void {
  const unit: Decisions = beginUnit({
    organisationId: ORGANISATION,
    seq: 0,
    mode: 'test',
    at: AT,
    state: world.state,
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
    world.reads.customers.set(id, { _id: id, organisationId: ORGANISATION, name, version });
  world.entries.push(...unit.entries);
  world.facts.push(...unit.facts);
}

/** An event as a slice of its own takes it, with the payments that it makes worth deciding again. */
export function deliver(world: World, event: OutgoingEvent): void {
  const one: Received = received(event);
  inUnit(world, (unit, reads) => {
    for (const id of [...take(unit, one, reads), ...fitReopened(unit, new Map())]) {
      const match = unit.matches.get(id)?.now ?? world.matches.get(id);
      if (match && isOpen(match)) decidePayment(unit, match, one.cause, 'test');
    }
  });
}

function take(unit: Decisions, event: Received, reads: SliceReads): string[] {
  if (is(CustomerSaved, event)) return takeCustomer(unit, event, reads);
  if (is(InvoiceIssued, event) || is(InvoiceChanged, event)) return takeInvoice(unit, event, reads);
  if (is(InvoiceVoided, event)) return takeVoid(unit, event, reads);
  if (is(PaymentReceived, event) || is(PaymentEvidenceAdded, event)) takePayment(unit, event, reads);
  else if (is(PaymentReversed, event)) takeReversal(unit, event, reads);
  return [];
}
