import type { Decision, Fact, Proposal } from '@malipo/matching';
import { heldLines, isSettledAs, type Match, paysForOthers } from './match.ts';
import { toPaymentFact } from './payment.ts';
import type { Receivable } from './receivable.ts';

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

/** The fact that money which waited lies where the match says: as it was decided, or as it was moved since. */
export const liesThere = (match: Match): Fact => {
  const { decision, status, payment } = match;
  return status === 'auto' && decision.proposal && isSettledAs(match, decision.proposal)
    ? { type: 'payment-decided', payment: toPaymentFact(payment), decision: remembered(decision) }
    : movedThere(match);
};

/** The fact that money of a known customer lies elsewhere now. It says nothing new about who paid, so that nobody is judged by it. */
export const movedThere = (match: Match): Fact => settledFact(match, { adjusts: true });

/** The fact that a person placed the money where it lies now. */
export const placedThere = (match: Match): Fact => settledFact(match);

function settledFact(match: Match, { adjusts }: { adjusts?: true } = {}): Fact {
  const { paymentId, customerId, creditCents } = match;
  const allocations = heldLines(match).map(({ invoiceId, amountCents }) => ({ invoiceId, amountCents }));
  return {
    type: 'payment-settled',
    payment: toPaymentFact(match.payment),
    settled: {
      paymentId,
      by: match.status === 'auto' ? 'engine' : 'person',
      customerId,
      allocations,
      creditCents,
      ...(paysForOthers(match) ? { acrossCustomers: true } : {}),
      ...(adjusts ? { adjusts } : {}),
    },
  };
}

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
    ...(receivable.taxCents === undefined ? {} : { taxCents: receivable.taxCents }),
    balanceCents: receivable.balanceCents,
  },
});
