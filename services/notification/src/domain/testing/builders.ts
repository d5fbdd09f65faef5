import { newId } from '@malipo/values';
import { type Delivery, WORTH_SENDING_MS } from '../delivery.ts';

const AT = new Date('2026-01-15T09:00:00Z');

/** A receipt that waits; each test names only what it is about. */
export const aDelivery = (changes: Partial<Delivery> = {}): Delivery => ({
  id: newId(),
  organisationId: newId(),
  version: 1,
  medium: 'sms',
  mode: 'live',
  paymentId: newId(),
  customerId: null,
  payerMsisdn: null,
  matchVersion: 1,
  facts: { currency: 'KES', amountCents: 100, receipt: 'R', invoiceNumbers: [], creditCents: 0, balanceCents: 0 },
  status: 'queued',
  reason: null,
  to: null,
  subject: null,
  text: null,
  providerIds: [],
  attempts: 0,
  queuedAt: AT,
  dueAt: AT,
  expiresAt: new Date(AT.getTime() + WORTH_SENDING_MS),
  claimedAt: null,
  claimedBy: null,
  settledAt: null,
  resolvedBy: null,
  cause: { correlationId: 'c', causationId: null, traceparent: null },
  news: null,
  ...changes,
});
