import type { Fact } from '@malipo/matching';
import { sumCents } from '@malipo/values';
import { expect } from 'vitest';
import { sumOf } from '../../domain/ledger.ts';
import { appliedCents, heldLines } from '../../domain/match.ts';
import type { World } from './world.ts';

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

/** What came in per payment, by the entries, each of which is balanced and there once (cents). */
function clearingDebits({ entries }: World): Map<string, number> {
  const debits = new Map<string, number>();
  const ids = new Set<string>();
  for (const entry of entries) {
    expect(sumOf(entry.legs)).toBe(0);
    expect(ids.has(entry.id)).toBe(false);
    ids.add(entry.id);
    for (const leg of entry.legs)
      if (leg.account === 'clearing' && leg.amountCents > 0 && entry.paymentId) add(debits, entry.paymentId, leg);
  }
  return debits;
}

/** What customers owe by the entries, by `customerId currency` (cents). */
function receivablesInLedger({ entries }: World): Map<string, number> {
  const owed = new Map<string, number>();
  for (const { legs, currency } of entries)
    for (const leg of legs) if (leg.account === 'receivable') add(owed, `${leg.customerId} ${currency}`, leg);
  return owed;
}

function checkMatches({ matches, receivables }: World, debits: ReadonlyMap<string, number>): void {
  for (const match of matches.values()) {
    const whole = appliedCents(match) + match.creditCents + match.unappliedCents;
    expect(whole).toBe(match.reversed ? 0 : match.payment.amountCents);
    expect(debits.get(match.paymentId)).toBe(match.payment.amountCents);
    for (const line of heldLines(match)) {
      expect(receivables.get(line.invoiceId)?.customerId).toBe(match.customerId);
      expect(receivables.get(line.invoiceId)?.currency).toBe(match.payment.currency);
    }
  }
}

/** @returns what customers owe by their invoices, by `customerId currency` (cents) */
function checkInvoices({ facts, matches, receivables, state }: World): Map<string, number> {
  const told = balancesByFacts(facts);
  const owed = new Map<string, number>();
  for (const receivable of receivables.values()) {
    const lines = [...matches.values()].flatMap((match) =>
      heldLines(match).filter((line) => line.invoiceId === receivable.invoiceId),
    );
    const paid = sumCents(lines.map((line) => line.amountCents + line.roundingCents));
    expect(receivable.balanceCents).toBe(receivable.status === 'void' ? 0 : receivable.totalCents - paid);
    expect(receivable.status === 'settled').toBe(receivable.status !== 'void' && receivable.balanceCents === 0);
    add(owed, `${receivable.customerId} ${receivable.currency}`, { amountCents: receivable.balanceCents });
    expect(told.get(receivable.invoiceId) ?? 0).toBe(receivable.balanceCents);
    expect(state.invoiceById.get(receivable.invoiceId)?.balanceCents ?? 0).toBe(receivable.balanceCents);
  }
  return owed;
}

const add = (sums: Map<string, number>, key: string, { amountCents }: { amountCents: number }) =>
  sums.set(key, (sums.get(key) ?? 0) + amountCents);
