import type { PaymentEvidenceAdded, PaymentReceived, PaymentRequestPrompted, PaymentReversed } from '@malipo/events';
import type { Cause, ReceivedOf } from '@malipo/service-kit';
import { ENGINE, isOpen, type Match, receive } from '../domain/match.ts';
import type { Payment } from '../domain/payment.ts';
import { saveStep } from '../domain/save-step.ts';
import { reverse, undo } from '../domain/settle.ts';
import { learn, receivableOf } from '../domain/unit.ts';
import { undone } from '../events/outgoing.ts';
import type { ReversalDoc } from '../store/collections.ts';
import { causeId, decidePayment, keepFacts, reconsider } from './decide-payment.ts';
import type { SliceReads } from './read-slice.ts';
import type { Decisions, Work } from './work.ts';

/**
 * Money arrived, or is known better. A payment that is known is not received again: its id tells. Evidence that
 * comes before its payment stands for it, since it carries all the facts.
 */
export function takePayment(
  unit: Decisions,
  event: ReceivedOf<typeof PaymentReceived> | ReceivedOf<typeof PaymentEvidenceAdded>,
  read: SliceReads,
): void {
  const { cause, subject } = event;
  const payment = paymentOf(event.data);
  const known = unit.matches.get(payment.paymentId)?.now ?? read.matches.get(payment.paymentId);
  const existing = known?.organisationId === unit.organisationId ? known : undefined;
  if (existing && subject.version <= existing.paymentVersion) return;
  learnRequest(unit, payment, read);
  if (existing) {
    takeEvidence(unit, { ...existing, payment, paymentVersion: subject.version }, cause);
    return;
  }
  const match = decidePayment(
    unit,
    receive(payment, unit.organisationId, subject.version, unit.at),
    cause,
    'payment received',
  );
  const reversal = read.reversals.get(payment.paymentId);
  if (reversal?.organisationId === unit.organisationId) takeMoneyOut(unit, match, cause, reversal.why);
}

/** The provider took the money back. @returns false where the payment is not known yet and the reversal must wait */
export function takeReversal(unit: Work, event: ReceivedOf<typeof PaymentReversed>, read: SliceReads): boolean {
  const { paymentId } = event.data;
  const match = unit.matches.get(paymentId)?.now ?? read.matches.get(paymentId);
  if (match?.organisationId !== unit.organisationId) return false;
  if (!match.reversed) takeMoneyOut(unit, match, event.cause, reversalReason(event.data.reversalReceipt));
  return true;
}

const reversalReason = (receipt: string): string => `reversed by ${receipt}`;

/** A reversal as it waits for its payment. */
export const reversalOf = (
  { data, organisationId, id }: ReceivedOf<typeof PaymentReversed>,
  at: Date,
): ReversalDoc => ({
  _id: data.paymentId,
  organisationId,
  why: reversalReason(data.reversalReceipt),
  cause: id,
  at,
});

/** A prompt was sent: money that answers it is certain. */
export function takeRequest(unit: Work, event: ReceivedOf<typeof PaymentRequestPrompted>, read: SliceReads): void {
  const { requestId, mode, invoiceId, amountCents, promptedAt } = event.data;
  const customerId = event.data.customerId ?? (invoiceId ? receivableOf(unit, invoiceId)?.customerId : undefined);
  if (!customerId || mode !== unit.mode || read.requests.has(requestId) || unit.requests.has(requestId)) return;
  unit.requests.add(requestId);
  learn(unit, {
    type: 'request-made',
    request: { requestId, customerId, invoiceId, amountCents, madeAt: Date.parse(promptedAt) },
  });
}

function takeEvidence(unit: Decisions, match: Match, cause: Cause): void {
  const isPlain = match.mode === unit.mode && !match.reversed;
  if (isPlain && isOpen(match)) {
    const decided = decidePayment(unit, match, cause, 'better evidence', { isBetter: true });
    if (decided !== match) return;
  } else if (isPlain && !match.byPerson) {
    reconsider(unit, match, cause);
    return;
  }
  keepFacts(unit, match);
}

function takeMoneyOut(unit: Work, match: Match, cause: Cause, why: string): void {
  const act = { who: ENGINE, at: unit.at, why };
  const { match: open, receivables } = isOpen(match)
    ? { match, receivables: [] }
    : undo(match, act, (id) => receivableOf(unit, id));
  saveStep(
    unit,
    match,
    { match: reverse(open, act), receivables },
    {
      kind: 'payment_reversed',
      cause: causeId(cause),
      facts: match.mode === unit.mode ? [{ type: 'payment-dismissed', paymentId: match.paymentId }] : [],
      announce: undone(cause),
    },
  );
}

/** The payment may tell of its request before the request's own event does. */
function learnRequest(unit: Work, payment: Payment, read: SliceReads): void {
  const { requestId, request, amountCents } = payment;
  if (!requestId || !request || payment.mode !== unit.mode) return;
  if (read.requests.has(requestId) || unit.requests.has(requestId)) return;
  const customerId =
    request.customerId ?? (request.invoiceId ? receivableOf(unit, request.invoiceId)?.customerId : undefined);
  if (!customerId) return;
  unit.requests.add(requestId);
  const madeAt = Date.parse(payment.paidAt);
  learn(unit, {
    type: 'request-made',
    request: { requestId, customerId, invoiceId: request.invoiceId, amountCents, madeAt },
  });
}

/** The payment without what only the event is about. */
function paymentOf(data: Payment & { evidence?: string }): Payment {
  const { evidence: _, ...payment } = data;
  return payment;
}
