import type { Reason } from '@malipo/matching';
import type { Outcome } from '../outcome.ts';
import type { Played, PlayedInvoice } from '../play.ts';
import { paidCents, postedOf, type Verdict, verdictOf } from './verdict.ts';

export type Sum = { count: number; cents: number };

/** How invoices stand, with what was owed before, what these payments paid, and what is still owed (cents). */
export type Standing = { count: number; beforeCents: number; paidCents: number; afterCents: number };
export type InvoiceState = 'paid' | 'part paid' | 'still open' | 'settled before';

/** Everything in one currency. `received` is what was applied, suggested, unmatched and taken back, and nothing else. */
export type Summary = {
  currency: string;
  received: Sum;
  by: Record<Verdict, Sum>;
  /** Suggested and unmatched money by typed reason, most money first. */
  reasons: { verdict: 'suggested' | 'unmatched'; reason: Reason; sum: Sum }[];
  toInvoicesCents: number;
  creditCents: number;
  /** Money that is on no invoice: credit, suggested and unmatched. */
  unappliedCents: number;
  invoices: Record<InvoiceState, Standing>;
};

/** One summary for each currency, most payments first; currencies are never added up. */
export function summarise(played: Played): Summary[] {
  const { outcomes, invoices } = played;
  const currencies = new Set([
    ...outcomes.map(({ row }) => row.fact.currency),
    ...invoices.map(({ fact }) => fact.currency),
  ]);
  return [...currencies]
    .map((currency) => summaryOf(currency, played))
    .toSorted((one, other) => other.received.count - one.received.count);
}

function summaryOf(currency: string, { outcomes, invoices, state }: Played): Summary {
  const own = outcomes.filter(({ row }) => row.fact.currency === currency);
  const of = (verdict: Verdict): Sum => sumOf(own.filter((outcome) => verdictOf(outcome) === verdict));
  const by = {
    applied: of('applied'),
    suggested: of('suggested'),
    unmatched: of('unmatched'),
    'taken back': of('taken back'),
    duplicate: of('duplicate'),
    reversal: of('reversal'),
  };
  const received = [by.applied, by.suggested, by.unmatched, by['taken back']].reduce(plus);
  const posted = own.map(postedOf);
  const creditCents = posted.reduce((sum, one) => sum + one.creditCents, 0);
  return {
    currency,
    received,
    by,
    reasons: reasonsOf(own),
    toInvoicesCents: posted.reduce((sum, one) => sum + paidCents(one.allocations), 0),
    creditCents,
    unappliedCents: creditCents + by.suggested.cents + by.unmatched.cents,
    invoices: standings(
      invoices.filter(({ fact }) => fact.currency === currency),
      state.rules.toleranceCents,
    ),
  };
}

const sumOf = (outcomes: readonly Outcome[]): Sum => ({
  count: outcomes.length,
  cents: outcomes.reduce((sum, { row }) => sum + row.fact.amountCents, 0),
});

const plus = (one: Sum, other: Sum): Sum => ({ count: one.count + other.count, cents: one.cents + other.cents });

function reasonsOf(outcomes: readonly Outcome[]): Summary['reasons'] {
  return (['suggested', 'unmatched'] as const).flatMap((verdict) => {
    const groups = Map.groupBy(
      outcomes.filter((outcome) => verdictOf(outcome) === verdict),
      ({ decision }) => decision.reason,
    );
    return [...groups]
      .map(([reason, group]) => ({ verdict, reason, sum: sumOf(group) }))
      .toSorted((one, other) => other.sum.cents - one.sum.cents);
  });
}

/** @param toleranceCents a balance of up to this much counts as settled */
export function stateOf({ fact, afterCents }: PlayedInvoice, toleranceCents: number): InvoiceState {
  if (fact.balanceCents <= toleranceCents) return 'settled before';
  if (afterCents <= toleranceCents) return 'paid';
  return afterCents < fact.balanceCents ? 'part paid' : 'still open';
}

function standings(invoices: readonly PlayedInvoice[], toleranceCents: number): Summary['invoices'] {
  const nothing = (): Standing => ({ count: 0, beforeCents: 0, paidCents: 0, afterCents: 0 });
  const found = { paid: nothing(), 'part paid': nothing(), 'still open': nothing(), 'settled before': nothing() };
  for (const invoice of invoices) {
    const standing = found[stateOf(invoice, toleranceCents)];
    standing.count++;
    standing.beforeCents += invoice.fact.balanceCents;
    standing.paidCents += invoice.fact.balanceCents - invoice.afterCents;
    standing.afterCents += invoice.afterCents;
  }
  return found;
}
