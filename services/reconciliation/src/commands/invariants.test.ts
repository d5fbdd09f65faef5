import {
  CustomerSaved,
  InvoiceChanged,
  InvoiceIssued,
  InvoiceVoided,
  PaymentEvidenceAdded,
  PaymentReceived,
  PaymentReversed,
} from '@malipo/events';
import {
  apply,
  createState,
  DEFAULT_RULES,
  decide,
  type Fact,
  SPLIT_ORDER,
  type SplitRule,
  type State,
} from '@malipo/matching';
import { AppError, type OutgoingEvent, type Received } from '@malipo/service-kit';
import { derivedId, sumCents } from '@malipo/values';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  customerSaved,
  evidenceAdded,
  invoiceChanged,
  invoiceIssued,
  invoiceVoided,
  paymentReceived,
  paymentReversed,
  received,
} from '../../test/builders.ts';
import { type AccountTotals, addToTotals, type Entry, sumOf } from '../domain/ledger.ts';
import { appliedCents, heldLines, isOpen, type Match } from '../domain/match.ts';
import { toPaymentFact } from '../domain/payment.ts';
import type { Receivable } from '../domain/receivable.ts';
import { noteStep, saveStep } from '../domain/save-step.ts';
import { leaveOpen, settle, undo } from '../domain/settle.ts';
import { beginUnit, receivableOf } from '../domain/unit.ts';
import { allocated, undone } from '../events/outgoing.ts';
import { decideOpen } from './decide-again.ts';
import { decidePayment } from './decide-payment.ts';
import { fitReopened } from './fit-reopened.ts';
import { is, type SliceReads } from './read-slice.ts';
import { takeCustomer, takeInvoice, takeVoid } from './take-invoice.ts';
import { takePayment, takeReversal } from './take-payment.ts';
import type { Decisions, Work } from './work.ts';

const ORGANISATION = derivedId('organisation');
const AT = new Date('2026-03-02T09:00:00Z');
const CUSTOMERS = [0, 1, 2].map((n) => derivedId('customer', String(n)));
const CAUSE = { correlationId: 'test', causationId: 'test', traceparent: null };
const phoneOf = (n: number) => `25471200000${n}`;

/** What the database would hold, so that thousands of sequences run in seconds; writing is tested on the real one. */
type World = {
  receivables: Map<string, Receivable>;
  matches: Map<string, Match>;
  reads: SliceReads;
  entries: Entry[];
  facts: Fact[];
  events: OutgoingEvent[];
  state: State;
};

const createWorld = (): World => ({
  receivables: new Map(),
  matches: new Map(),
  reads: { units: new Map(), matches: new Map(), customers: new Map(), requests: new Set(), reversals: new Map() },
  entries: [],
  facts: [],
  events: [],
  state: createState(ORGANISATION),
});

function inUnit(world: World, work: (unit: Decisions, reads: SliceReads) => void): void {
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

function deliver(world: World, event: OutgoingEvent): void {
  const one: Received = received(event);
  inUnit(world, (unit, reads) => {
    const again: string[] = [];
    if (is(CustomerSaved, one)) again.push(...takeCustomer(unit, one, reads));
    else if (is(InvoiceIssued, one) || is(InvoiceChanged, one)) again.push(...takeInvoice(unit, one, reads));
    else if (is(InvoiceVoided, one)) takeVoid(unit, one, reads);
    else if (is(PaymentReceived, one) || is(PaymentEvidenceAdded, one)) takePayment(unit, one, reads);
    else if (is(PaymentReversed, one)) takeReversal(unit, one, reads);
    for (const id of [...again, ...fitReopened(unit, new Map())]) {
      const match = unit.matches.get(id)?.now ?? world.matches.get(id);
      if (match && isOpen(match)) decidePayment(unit, match, one.cause, 'test');
    }
  });
}

/** A slice of a run, as `work-run.ts` decides it: over all that waits, with whatever rules hold now. */
function run(world: World, rules: readonly SplitRule[], automatic: boolean): void {
  world.state.rules = { ...DEFAULT_RULES, order: rules, automatic };
  inUnit(world, (unit) => decideOpen(unit, [...world.matches.values()], CAUSE, 'run'));
}

/** A person's command as the HTTP commands make it; a refusal must leave everything as it was (I7). */
function order(world: World, verb: 'confirm' | 'reject' | 'undo', nth: number, pick: number): void {
  const match = [...world.matches.values()][nth % Math.max(1, world.matches.size)];
  if (!match) return;
  const before = JSON.stringify([[...world.receivables], [...world.matches], world.entries.length, world.facts.length]);
  try {
    inUnit(world, (unit) => command(unit, world, match, verb, pick));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(JSON.stringify([[...world.receivables], [...world.matches], world.entries.length, world.facts.length])).toBe(
      before,
    );
  }
}

function command(unit: Work, world: World, match: Match, verb: 'confirm' | 'reject' | 'undo', pick: number): void {
  const act = { who: 'user', at: AT, why: 'test' };
  const lookUp = (id: string) => receivableOf(unit, id);
  if (verb === 'undo') {
    const facts: Fact[] = [{ type: 'settlement-undone', paymentId: match.paymentId }];
    saveStep(unit, match, undo(match, act, lookUp), {
      kind: 'allocation_undone',
      cause: 'test',
      facts,
      announce: undone(CAUSE),
    });
  } else if (verb === 'reject') {
    if (!isOpen(match)) return;
    noteStep(unit, match, leaveOpen(match, 'rejected', act));
  } else {
    const all = [...world.receivables.values()];
    const target = all[pick % Math.max(1, all.length)];
    if (!target) return;
    const amountCents = Math.min(match.payment.amountCents, pick % 3 === 0 ? 1_000_000 : target.balanceCents);
    const settlement = { customerId: target.customerId, allocations: [{ invoiceId: target.invoiceId, amountCents }] };
    const outcome = settle(match, settlement, 'confirmed', act, lookUp);
    const settled = {
      paymentId: match.paymentId,
      by: 'person' as const,
      ...settlement,
      creditCents: outcome.match.creditCents,
    };
    saveStep(unit, match, outcome, {
      kind: 'payment_applied',
      cause: 'test',
      facts: [{ type: 'payment-settled', payment: toPaymentFact(match.payment), settled }],
      announce: allocated(CAUSE, () => 0),
    });
  }
}

const amount = fc.constantFrom(100, 500, 499_700, 500_000, 500_200, 250_000, 1_000_000, 1_234_500);
const small = fc.nat(5);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('issue' as const), n: small, who: fc.nat(2), total: amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('change' as const), n: small, who: fc.nat(2), total: amount }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('void' as const), n: small }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      n: fc.nat(9),
      amount,
      reference: fc.option(fc.nat(5)),
      who: fc.option(fc.nat(2)),
      currency: fc.constantFrom('KES', 'KES', 'KES', 'USD'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('evidence' as const), n: fc.nat(9), reference: small, who: fc.nat(2) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reverse' as const), n: fc.nat(9) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('order' as const),
      verb: fc.constantFrom('confirm' as const, 'reject' as const, 'undo' as const),
      n: fc.nat(9),
      pick: fc.nat(20),
    }),
  },
);
const withRuns = fc.oneof(
  { weight: 9, arbitrary: step },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      rules: fc.shuffledSubarray([...SPLIT_ORDER]),
      automatic: fc.boolean(),
    }),
  },
);
type Step = typeof withRuns extends fc.Arbitrary<infer Value> ? Value : never;

const invoiceOf = (n: number, who: number, totalCents: number) => ({
  invoiceId: derivedId('invoice', String(n)),
  customerId: CUSTOMERS[who] ?? '',
  number: `INV-000${n}`,
  totalCents,
});

const paymentOf = (step: {
  n: number;
  amount: number;
  reference: number | null;
  who: number | null;
  currency?: string;
}) => ({
  paymentId: derivedId('payment', String(step.n)),
  amountCents: step.amount,
  currency: step.currency ?? 'KES',
  reference: step.reference === null ? null : `INV-000${step.reference}`,
  number:
    step.who === null ? ({ form: 'none', value: '' } as const) : ({ form: 'full', value: phoneOf(step.who) } as const),
});

function play(world: World, step: Step, version: number): void {
  if (step.do === 'order') order(world, step.verb, step.n, step.pick);
  else if (step.do === 'run') run(world, step.rules, step.automatic);
  else {
    const event = eventOf(world, step, version);
    if (event) deliver(world, event);
  }
}

function eventOf(
  world: World,
  step: Exclude<Step, { do: 'order' | 'run' }>,
  version: number,
): OutgoingEvent | undefined {
  if (step.do === 'issue') return invoiceIssued(ORGANISATION, invoiceOf(step.n, step.who, step.total), version);
  if (step.do === 'change') return invoiceChanged(ORGANISATION, invoiceOf(step.n, step.who, step.total), version);
  if (step.do === 'void') return invoiceVoided(ORGANISATION, invoiceOf(step.n, 0, 0), version);
  if (step.do === 'pay') return paymentReceived(ORGANISATION, paymentOf(step));
  const known = world.matches.get(derivedId('payment', String(step.n)))?.payment;
  if (!known) return undefined;
  if (step.do === 'reverse') return paymentReversed(ORGANISATION, { ...known, payerNames: [], flags: [] }, version);
  const { n, reference, who } = step;
  const better = paymentOf({ n, amount: known.amountCents, reference, who, currency: known.currency });
  return evidenceAdded(ORGANISATION, better, version);
}

/** What an engine must believe that each invoice is owed, from the words of the facts alone. */
function balancesByFacts(facts: readonly Fact[]): Map<string, number> {
  const balances = new Map<string, number>();
  const posted = new Map<string, readonly { invoiceId: string; amountCents: number }[]>();
  const move = (parts: readonly { invoiceId: string; amountCents: number }[], sign: 1 | -1) => {
    for (const part of parts)
      balances.set(part.invoiceId, (balances.get(part.invoiceId) ?? 0) + sign * part.amountCents);
  };
  const post = (paymentId: string, parts: readonly { invoiceId: string; amountCents: number }[]) => {
    move(posted.get(paymentId) ?? [], 1);
    move(parts, -1);
    posted.set(paymentId, parts);
  };
  for (const fact of facts) {
    if (fact.type === 'invoice-saved') balances.set(fact.invoice.invoiceId, fact.invoice.balanceCents);
    else if (fact.type === 'invoice-closed') balances.set(fact.invoiceId, 0);
    else if (fact.type === 'payment-decided' && fact.decision.outcome === 'auto')
      post(fact.payment.paymentId, fact.decision.proposal?.allocations ?? []);
    else if (fact.type === 'payment-settled') post(fact.payment.paymentId, fact.settled.allocations);
    else if (fact.type === 'settlement-undone' || fact.type === 'payment-dismissed') post(fact.paymentId, []);
  }
  return balances;
}

/** I2, I3, I5 and I6 of the platform's invariants, from the entries alone where the ledger is meant. */
function check(world: World): void {
  const totals = new Map<string, AccountTotals>();
  const clearingDebits = new Map<string, number>();
  const receivableOfCustomer = new Map<string, number>();
  const ids = new Set<string>();
  for (const entry of world.entries) {
    expect(sumOf(entry.legs)).toBe(0);
    expect(ids.has(entry.id)).toBe(false);
    ids.add(entry.id);
    addToTotals(totals, entry);
    for (const leg of entry.legs) {
      if (leg.account === 'clearing' && leg.amountCents > 0 && entry.paymentId)
        clearingDebits.set(entry.paymentId, (clearingDebits.get(entry.paymentId) ?? 0) + leg.amountCents);
      if (leg.account !== 'receivable') continue;
      const key = `${leg.customerId} ${entry.currency}`;
      receivableOfCustomer.set(key, (receivableOfCustomer.get(key) ?? 0) + leg.amountCents);
    }
  }
  for (const match of world.matches.values()) {
    const whole = appliedCents(match) + match.creditCents + match.unappliedCents;
    expect(whole).toBe(match.reversed ? 0 : match.payment.amountCents);
    expect(clearingDebits.get(match.paymentId)).toBe(match.payment.amountCents);
    for (const line of heldLines(match)) {
      expect(world.receivables.get(line.invoiceId)?.customerId).toBe(match.customerId);
      expect(world.receivables.get(line.invoiceId)?.currency).toBe(match.payment.currency);
    }
  }
  const told = balancesByFacts(world.facts);
  const owed = new Map<string, number>();
  for (const receivable of world.receivables.values()) {
    const lines = [...world.matches.values()].flatMap((match) =>
      heldLines(match).filter((line) => line.invoiceId === receivable.invoiceId),
    );
    const paid = sumCents(lines.map((line) => line.amountCents + line.roundingCents));
    expect(receivable.balanceCents).toBe(receivable.status === 'void' ? 0 : receivable.totalCents - paid);
    expect(receivable.status === 'settled').toBe(receivable.status !== 'void' && receivable.balanceCents === 0);
    const key = `${receivable.customerId} ${receivable.currency}`;
    owed.set(key, (owed.get(key) ?? 0) + receivable.balanceCents);
    expect(told.get(receivable.invoiceId) ?? 0).toBe(receivable.balanceCents);
  }
  for (const [key, cents] of receivableOfCustomer) expect(owed.get(key) ?? 0).toBe(cents);
}

describe('any order of invoices, payments, voids and people’s decisions', { timeout: 60_000 }, () => {
  it('keeps every entry, every payment and every invoice whole', () => {
    fc.assert(
      fc.property(fc.array(withRuns, { minLength: 1, maxLength: 60, size: 'max' }), (steps) => {
        const world = createWorld();
        for (const [n, customerId] of CUSTOMERS.entries())
          deliver(world, customerSaved(ORGANISATION, { customerId, name: `Customer ${n}`, phone: phoneOf(n) }));
        for (const [index, one] of steps.entries()) {
          play(world, one, index + 2);
          check(world);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('decides the same from memory as from the log', () => {
    fc.assert(
      fc.property(fc.array(withRuns, { minLength: 5, maxLength: 40, size: 'max' }), (steps) => {
        const world = createWorld();
        for (const [n, customerId] of CUSTOMERS.entries())
          deliver(world, customerSaved(ORGANISATION, { customerId, name: `Customer ${n}`, phone: phoneOf(n) }));
        for (const [index, one] of steps.entries()) play(world, one, index + 2);
        const rebuilt = createState(ORGANISATION);
        for (const fact of JSON.parse(JSON.stringify(world.facts)) as Fact[]) apply(rebuilt, fact);
        rebuilt.rules = world.state.rules; // as `memory/books.ts` does: memory is the fold, whatever the rules
        for (let n = 0; n < 6; n++) {
          const data = paymentOf({ n: 99, amount: 500_000, reference: n, who: n % 3 });
          const payment = { ...toPaymentFact(received(paymentReceived(ORGANISATION, data)).data as Match['payment']) };
          expect(decide(rebuilt, payment)).toEqual(decide(world.state, payment));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('numbers the events about a payment without a gap or a repeat', () => {
    fc.assert(
      fc.property(fc.array(withRuns, { minLength: 10, maxLength: 60, size: 'max' }), (steps) => {
        const world = createWorld();
        for (const [index, one] of steps.entries()) play(world, one, index + 2);
        const seen = new Map<string, number>();
        const allocations = new Map<string, { amountCents: number; version: number }>();
        for (const { value } of world.events) {
          const { subject, data } = JSON.parse(value) as Received<{
            allocations: { allocationId: string; amountCents: number; version: number }[];
          }>;
          expect(subject.version).toBeGreaterThan(seen.get(subject.id) ?? 0);
          seen.set(subject.id, subject.version);
          for (const { allocationId, amountCents, version } of data.allocations) {
            const before = allocations.get(allocationId);
            if (before?.version === version) expect(amountCents).toBe(before.amountCents);
            else expect(version).toBe((before?.version ?? 0) + 1);
            allocations.set(allocationId, { amountCents, version });
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
