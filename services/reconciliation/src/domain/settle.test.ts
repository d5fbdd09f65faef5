import { newId } from '@malipo/values';
import { describe, expect, it } from 'vitest';
import { paymentFacts } from '../../test/builders.ts';
import type { Act } from './act.ts';
import { sumOf } from './ledger.ts';
import { ENGINE, legsOfMatch, type Match, receive } from './match.ts';
import { applyTo, issue, type Receivable, voided } from './receivable.ts';
import { checkSettlement, leaveOpen, reverse, settle, spendCredit, undo } from './settle.ts';

const organisationId = newId();
const customerId = newId();
const at = new Date('2026-03-02T09:00:00Z');
const person: Act = { who: 'user', at, why: 'test' };
const engine: Act = { ...person, who: ENGINE };

const invoice = (over: Partial<Receivable> = {}, mode: Receivable['mode'] = 'test'): Receivable =>
  issue(
    {
      invoiceId: newId(),
      organisationId,
      customerId,
      number: 'INV-1',
      description: 'Rent',
      issuedOn: '2026-03-01',
      dueDate: '2026-03-31',
      currency: 'KES',
      totalCents: 60_000,
      ...over,
    },
    mode,
    1,
  );

const paid = (over: Partial<Match> = {}): Match => ({
  ...receive(paymentFacts({ amountCents: 100_000 }), organisationId, 1, at),
  ...over,
});

/** The invoice's share of a payment of its customer, and where that is looked up. */
const share = (receivable: Receivable, ...amounts: number[]) => ({
  settlement: {
    customerId,
    allocations: amounts.map((amountCents) => ({ invoiceId: receivable.invoiceId, amountCents })),
  },
  lookUp: (id: string) => (id === receivable.invoiceId ? receivable : undefined),
});

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('money is not spent', () => {
  const one = invoice();
  it.each([
    ['on one invoice twice', one, [10_000, 10_000], 'invoice_named_twice'],
    ['beyond what was paid', invoice({ totalCents: 200_000 }), [100_001], 'amount_above_payment'],
    ['on another organisation’s invoice', invoice({ organisationId: newId() }), [100], 'invoice_unknown'],
    ['on an invoice of the live book', invoice({}, 'live'), [100], 'test_money'],
    ['on an invoice in another currency', invoice({ currency: 'USD' }), [100], 'currency_differs'],
    ['on another customer’s invoice', invoice({ customerId: newId() }), [100], 'customer_differs'],
    ['in parts of nothing', one, [0], 'amount_not_positive'],
    ['in parts below zero', one, [-100], 'amount_not_positive'],
    ['beyond what is owed', one, [60_001], 'amount_above_balance'],
    ['on what is paid', applyTo(one, 'other', 60_000).receivable, [100], 'invoice_not_open'],
    ['on what is void', voided(one, 2), [100], 'invoice_not_open'],
  ])('%s', (_where, receivable, amounts, expected) => {
    const { settlement, lookUp } = share(receivable, ...amounts);
    expect(() => checkSettlement(paid(), settlement, lookUp)).toThrow(code(expected));
    const credit = paid({ customerId, creditCents: 100_000, unappliedCents: 0 });
    const ofCredit = expected === 'amount_above_payment' ? 'amount_above_credit' : expected;
    expect(() => spendCredit(credit, settlement.allocations, person, lookUp)).toThrow(code(ofCredit));
  });

  it('on another customer’s invoice only where a person says that it pays for others, too', () => {
    const other = invoice({ customerId: newId() });
    const { settlement, lookUp } = share(other, 60_000);
    const { match } = settle(paid(), { ...settlement, acrossCustomers: true }, 'confirmed', person, lookUp);
    expect(match).toMatchObject({ customerId, creditCents: 40_000, allocations: [{ customerId: other.customerId }] });
    expect(sumOf(legsOfMatch({ ...match, version: 1 }))).toBe(0);
  });

  it('on an invoice that nobody knows', () => {
    const { settlement } = share(one, 100);
    expect(() => checkSettlement(paid(), settlement, () => undefined)).toThrow(code('invoice_unknown'));
  });

  it('when the provider took it back, when it is spent, or when none of it is left', () => {
    const { settlement, lookUp } = share(one, 100);
    const gone = { ...reverse(paid(), engine), customerId, creditCents: 100 };
    expect(() => settle(gone, settlement, 'confirmed', person, lookUp)).toThrow(code('payment_reversed'));
    expect(() => spendCredit(gone, settlement.allocations, person, lookUp)).toThrow(code('payment_reversed'));
    expect(() => undo(gone, person, lookUp)).toThrow(code('nothing_to_undo'));
    const spent = settle(paid(), settlement, 'confirmed', person, lookUp).match;
    expect(() => settle(spent, settlement, 'confirmed', person, lookUp)).toThrow(code('already_settled'));
    const all = { ...spent, creditCents: 0 };
    expect(() => spendCredit(all, settlement.allocations, person, lookUp)).toThrow(code('no_credit'));
    expect(() => undo(paid(), person, lookUp)).toThrow(code('nothing_to_undo'));
  });
});

it('a person’s word is remembered whatever the engine does later', () => {
  const { settlement, lookUp } = share(invoice(), 60_000);
  const byEngine = settle(paid(), settlement, 'auto', engine, lookUp).match;
  expect(byEngine).toMatchObject({ byPerson: false, creditCents: 40_000, unappliedCents: 0 });
  const paidOne = applyTo(invoice(), byEngine.paymentId, 60_000).receivable;
  expect(undo(byEngine, engine, () => paidOne).match).toMatchObject({ byPerson: false, unappliedCents: 100_000 });
  const other = share(invoice(), 40_000);
  const spoken = [
    settle(paid(), settlement, 'confirmed', person, lookUp).match,
    settle(paid({ byPerson: true }), settlement, 'auto', engine, lookUp).match,
    spendCredit(byEngine, other.settlement.allocations, engine, other.lookUp).match,
    undo(byEngine, person, () => paidOne).match,
    undo({ ...byEngine, byPerson: true }, engine, () => paidOne).match,
    leaveOpen(paid(), 'rejected', person),
    leaveOpen(paid({ byPerson: true }), 'unmatched', engine),
  ];
  expect(spoken.map((match) => match.byPerson)).toEqual(spoken.map(() => true));
});
