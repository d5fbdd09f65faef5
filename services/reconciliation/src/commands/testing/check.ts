import type { Fact } from '@malipo/matching';
import { sumCents } from '@malipo/values';
import { expect } from 'vitest';
import { type Entry, sumOf } from '../../domain/ledger.ts';
import { appliedCents, heldLines, paysForOthers } from '../../domain/match.ts';
import { houseOf, type World } from './world.ts';

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
export function check(world: World): void {
  checkMatches(world, clearingDebits(world));
  const owed = checkInvoices(world);
  for (const [key, cents] of receivablesInLedger(world)) expect(owed.get(key) ?? 0).toBe(cents);
}

/** What came in by organisation, mode and payment, by the entries, each of which is balanced and there once (cents). */
function clearingDebits({ entries }: World): Map<string, number> {
  const debits = new Map<string, number>();
  const ids = new Set<string>();
  for (const entry of entries) {
    expect(sumOf(entry.legs)).toBe(0);
    expect(ids.has(entry.id)).toBe(false);
    ids.add(entry.id);
    for (const leg of entry.legs)
      if (leg.account === 'clearing' && leg.amountCents > 0) add(debits, bookOf(entry, entry.paymentId), leg);
  }
  return debits;
}

/** What customers owe by the entries, by organisation, mode, customer and currency (cents). */
function receivablesInLedger({ entries }: World): Map<string, number> {
  const owed = new Map<string, number>();
  for (const entry of entries)
    for (const leg of entry.legs) if (leg.account === 'receivable') add(owed, bookOf(entry, leg.customerId), leg);
  return owed;
}

/** Nothing is added up over two organisations, modes or currencies. */
const bookOf = (
  { organisationId, mode, currency }: Pick<Entry, 'organisationId' | 'mode' | 'currency'>,
  whose: string | null | undefined,
) => [organisationId, mode, currency, whose].join(' ');

function checkMatches(world: World, debits: ReadonlyMap<string, number>): void {
  const { matches, receivables } = world;
  for (const match of matches.values()) {
    const { organisationId, mode, payment } = match;
    const { currency } = payment;
    // test money at a live house has no home, nor is one suggested
    if (mode !== houseOf(world, organisationId).mode)
      expect([appliedCents(match) + match.creditCents, match.decision.proposal]).toEqual([0, null]);
    const whole = appliedCents(match) + match.creditCents + match.unappliedCents;
    expect(whole).toBe(match.reversed ? 0 : payment.amountCents);
    expect(debits.get(bookOf({ organisationId, mode, currency }, match.paymentId))).toBe(payment.amountCents);
    for (const { invoiceId, customerId } of heldLines(match))
      expect(receivables.get(invoiceId)).toMatchObject({ organisationId, mode, currency, customerId });
    if (!match.byPerson) expect(paysForOthers(match)).toBe(false);
  }
}

/** @returns what customers owe by their invoices, as `receivablesInLedger` */
function checkInvoices({ houses, matches, receivables }: World): Map<string, number> {
  const believed = houses.map(({ organisationId, facts, state }) => {
    const told = balancesByFacts(facts);
    const balance = (id: string) => [told.get(id) ?? 0, state.invoiceById.get(id)?.balanceCents ?? 0];
    return { organisationId, balance };
  });
  const owed = new Map<string, number>();
  for (const receivable of receivables.values()) {
    const lines = [...matches.values()].flatMap((match) =>
      heldLines(match).filter((line) => line.invoiceId === receivable.invoiceId),
    );
    const paid = sumCents(lines.map((line) => line.amountCents + line.roundingCents));
    expect(receivable.balanceCents).toBe(receivable.status === 'void' ? 0 : receivable.totalCents - paid);
    expect(receivable.status === 'settled').toBe(receivable.status !== 'void' && receivable.balanceCents === 0);
    add(owed, bookOf(receivable, receivable.customerId), { amountCents: receivable.balanceCents });
    for (const { organisationId, balance } of believed) {
      const owing = organisationId === receivable.organisationId ? receivable.balanceCents : 0;
      expect(balance(receivable.invoiceId)).toEqual([owing, owing]);
    }
  }
  return owed;
}

const add = (sums: Map<string, number>, key: string, { amountCents }: { amountCents: number }) =>
  sums.set(key, (sums.get(key) ?? 0) + amountCents);
