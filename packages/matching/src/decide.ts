import { allocate, type Split } from './rules/allocate.ts';
import { receiptKey, type State, versionsOf } from './state.ts';
import { words } from './text/fold.ts';
import type { Decision, InvoiceFact, PaymentFact, Proposal, Reason } from './types.ts';

/** Decides on one payment; reads the state, changes nothing, and takes no time but the payment's own. */
export function decide(state: State, payment: PaymentFact): Decision {
  const certain = decideMessage(state, payment);
  if (certain) return certain;
  const ranked = rank(state, payment);
  const [best, second] = ranked;
  if (!best) return decision(state, payment, 'unmatched', 'no_candidate', null);
  if (second && second.points === best.points) return suggest(state, payment, ranked, 'tie');
  if (best.points < AUTO_POINTS || best.split.tie) return suggest(state, payment, ranked, 'weak_evidence');
  if (payment.flags.length > 0) return suggest(state, payment, ranked, 'flagged');
  return decision(state, payment, 'auto', 'none', toProposal(best, 0.99));
}

/** Points at which two independent kinds of evidence agree and the amount is explained. */
const AUTO_POINTS = 7;

type Ranked = { customerId: string; points: number; split: Split; open: InvoiceFact[] };

function decideMessage(state: State, payment: PaymentFact): Decision | null {
  if (payment.reversesReceipt) {
    const refersTo = state.receipts.get(receiptKey(payment, payment.reversesReceipt)) ?? null;
    return { ...decision(state, payment, 'unmatched', 'reversal', null), refersTo };
  }
  const before = state.receipts.get(receiptKey(payment)) ?? receiptInside(state, payment.narrative);
  if (before && before !== payment.paymentId)
    return { ...decision(state, payment, 'unmatched', 'duplicate', null), refersTo: before };
  return null;
}

function receiptInside(state: State, narrative: string | null): string | undefined {
  for (const word of words(narrative ?? '')) {
    const found = state.receipts.get(`mpesa ${word}`) ?? state.receipts.get(`airtel ${word}`);
    if (found) return found;
  }
  return undefined;
}

function rank(state: State, payment: PaymentFact): Ranked[] {
  const text = payment.reference ?? payment.narrative ?? '';
  const named = state.references.lookup(text);
  const points = new Map<string, number>();
  const add = (customerId: string | undefined, value: number) =>
    customerId && points.set(customerId, (points.get(customerId) ?? 0) + value);
  for (const id of new Set(named.invoiceIds.map((invoiceId) => state.invoices.get(invoiceId)?.customerId))) add(id, 4);
  for (const id of named.customerIds) add(id, 4);
  const request = payment.requestId ? state.requests.get(payment.requestId) : undefined;
  add(request?.customerId, AUTO_POINTS);
  for (const id of state.phones.get(payment.number.value) ?? []) add(id, payment.number.form === 'masked' ? 2 : 4);
  for (const word of new Set(words(`${text} ${payment.payerNames.join(' ')}`)))
    for (const id of state.names.get(word) ?? []) add(id, 1);
  const invoices = request?.invoiceId ? [request.invoiceId] : named.invoiceIds;
  return [...points]
    .filter(([customerId]) => !state.refused.has(`${payment.paymentId} ${customerId}`))
    .map(([customerId, value]) => weigh(state, payment, customerId, value, new Set(invoices)))
    .sort((a, b) => b.points - a.points || (a.customerId < b.customerId ? -1 : 1));
}

function weigh(state: State, payment: PaymentFact, customerId: string, points: number, named: Set<string>): Ranked {
  const open = openInvoices(state, customerId, payment.currency);
  const picks = open.flatMap((invoice, at) => (named.has(invoice.invoiceId) ? [at] : []));
  const split = allocate(open, payment.amountCents, picks, state.rules);
  const explained =
    split.creditCents === 0 &&
    split.picks.length > 0 &&
    split.cents.every((part, n) => part === open[split.picks[n] ?? -1]?.balanceCents);
  return { customerId, points: points + (explained ? 3 : 0), split, open };
}

/** The customer's open invoices, oldest due first. */
export function openInvoices(state: State, customerId: string, currency: string): InvoiceFact[] {
  const open: InvoiceFact[] = [];
  for (const id of state.invoicesOf.get(customerId) ?? []) {
    const invoice = state.invoices.get(id);
    if (invoice && invoice.balanceCents > state.rules.toleranceCents && invoice.currency === currency)
      open.push(invoice);
  }
  return open.sort(
    (a, b) => compare(a.dueDay, b.dueDay) || compare(a.issueDay, b.issueDay) || compare(a.number, b.number),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const MAX_ALTERNATIVES = 3;

function suggest(state: State, payment: PaymentFact, ranked: Ranked[], reason: Reason): Decision {
  const [best, ...others] = ranked.slice(0, MAX_ALTERNATIVES + 1).map((one) => toProposal(one, 0.5));
  return { ...decision(state, payment, 'suggested', reason, best ?? null), alternatives: others };
}

function toProposal(ranked: Ranked, confidence: number): Proposal {
  const allocations = ranked.split.picks.map((at, n) => ({
    invoiceId: ranked.open[at]?.invoiceId ?? '',
    amountCents: ranked.split.cents[n] ?? 0,
  }));
  const because = [
    {
      score: ranked.points,
      en: `evidence adds up to ${ranked.points} points`,
      sw: `ushahidi una alama ${ranked.points}`,
    },
  ];
  const contributions = [{ feature: 'points', value: ranked.points, score: ranked.points }];
  return {
    customerId: ranked.customerId,
    allocations,
    creditCents: ranked.split.creditCents,
    rule: ranked.split.rule,
    confidence,
    contributions,
    because,
  };
}

function decision(
  state: State,
  payment: PaymentFact,
  outcome: Decision['outcome'],
  reason: Reason,
  proposal: Proposal | null,
): Decision {
  return {
    paymentId: payment.paymentId,
    outcome,
    reason,
    proposal,
    alternatives: [],
    guards: [],
    refersTo: null,
    versions: versionsOf(state),
  };
}
