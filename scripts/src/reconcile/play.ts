import { apply, type CustomerFact, candidatesFor, createState, type State } from '@malipo/matching';
import { eatDay } from '@malipo/values';
import { takePayment } from '../take-payment.ts';
import { createTimeline } from '../timeline.ts';
import { type Books, factsOf, type ReadInvoice } from './facts.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { InvoiceRow } from './read/invoices.ts';
import type { PaymentRow } from './read/payments.ts';
import { createReversals } from './reversals.ts';

export type PlayedInvoice = ReadInvoice & { afterCents: number };

/** Everything that the summary and the workbook are made of; outcomes are in order of time. */
export type Played = {
  state: State;
  outcomes: readonly Outcome[];
  invoices: readonly PlayedInvoice[];
  customers: ReadonlyMap<string, CustomerFact>;
  strangers: readonly InvoiceRow[];
};

/** Told now and then how many payments are decided. */
export type OnProgress = (done: number, of: number) => void;

/**
 * Plays the payments through the matching engine in order of time, as the platform would have: customers are known from
 * the beginning and an invoice from its day of issue, when money that it may explain is decided on once more.
 */
export function play(books: Books, onProgress: OnProgress = () => {}): Played {
  const state = createState('reconcile');
  const facts = factsOf(books);
  for (const customer of facts.customers.values()) apply(state, { type: 'customer-saved', customer });
  const outcomes = decideInOrder(state, facts.invoices, books.payments, onProgress);
  const invoices = facts.invoices.map((invoice) => {
    return { ...invoice, afterCents: state.invoiceById.get(invoice.fact.invoiceId)?.balanceCents ?? 0 };
  });
  return { state, outcomes, invoices, customers: facts.customers, strangers: facts.strangers };
}

const END_OF_TIME = '9999-12-31';

function decideInOrder(
  state: State,
  invoices: readonly ReadInvoice[],
  rows: readonly PaymentRow[],
  onProgress: OnProgress,
): Outcome[] {
  const outcomes = new Map<string, Outcome>();
  const takeIssued = createTimeline(invoices, ({ fact }) => fact.issueDay);
  const takeBack = createReversals(state);
  const issueUntil = (day: string): void => {
    const explained = issue(state, takeIssued(day));
    if (explained.size > 0) decideAgain(state, outcomes, explained);
  };
  for (const row of inOrder(rows)) {
    issueUntil(eatDay(new Date(row.fact.receivedAt)));
    const outcome = isReversal(row) ? takeBack(row, outcomes) : playPayment(state, row, outcomes);
    outcomes.set(row.fact.paymentId, outcome);
    onProgress(outcomes.size, rows.length);
  }
  issueUntil(END_OF_TIME);
  return [...outcomes.values()];
}

function playPayment(state: State, row: PaymentRow, outcomes: ReadonlyMap<string, Outcome>): Outcome {
  const decision = takePayment(state, row.fact);
  return outcomeOf(row, decision, outcomes.get(decision.refersTo ?? '')?.row ?? null);
}

/** Decides in order of payment on what waited: the next payment must not be held back by what is explained by now. */
function decideAgain(state: State, outcomes: ReadonlyMap<string, Outcome>, explained: ReadonlySet<string>): void {
  for (const [paymentId, outcome] of outcomes) {
    const isWaiting = explained.has(paymentId) && state.unresolved.has(paymentId);
    if (isWaiting) outcome.decision = takePayment(state, outcome.row.fact);
  }
}

/** Files invoices. @returns payments left over that one of them may explain */
function issue(state: State, invoices: readonly ReadInvoice[]): Set<string> {
  const facts = invoices.map(({ fact }) => ({ type: 'invoice-saved', invoice: fact }) as const);
  for (const fact of facts) apply(state, fact);
  return new Set(facts.flatMap((fact) => candidatesFor(state, fact)));
}

const isReversal = ({ fact }: PaymentRow): boolean => fact.reversesReceipt !== null;

const DAY_MS = 86_400_000;

/**
 * By time; a reversal comes after what it takes back, whatever the clocks say, and a line without a time of day at the
 * end of its day, since a bank tells of the provider's money after the provider does.
 */
function inOrder(rows: readonly PaymentRow[]): PaymentRow[] {
  const ownTime = ({ fact, hasTime }: PaymentRow): number => fact.paidAt + (hasTime ? 0 : DAY_MS - 1);
  const paid = new Map(rows.filter((row) => !isReversal(row)).map((row) => [row.fact.receipt, ownTime(row)]));
  const timeOf = (row: PaymentRow): number => Math.max(ownTime(row), paid.get(row.fact.reversesReceipt ?? '') ?? 0);
  return rows.toSorted(
    (one, other) => timeOf(one) - timeOf(other) || Number(isReversal(one)) - Number(isReversal(other)),
  );
}
