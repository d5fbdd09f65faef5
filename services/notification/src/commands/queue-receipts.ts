import type { AllocationUndone, PaymentAllocated } from '@malipo/events';
import type { DataOf, Received } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import { type Delivery, deliveryId, MEDIA, type Medium, skip, WORTH_SENDING_MS } from '../domain/delivery.ts';
import { introduceReceipts } from './introduce-receipts.ts';

export type Allocated = Received<DataOf<typeof PaymentAllocated>>;
export type Undone = Received<DataOf<typeof AllocationUndone>>;

/**
 * Queues a receipt for each payment that was applied, once and for all: the id follows from the payment, so a repeat
 * finds it there. A decision that was taken back before its receipt left takes the receipt back too, in whatever order
 * the two come.
 * @param newest at most one event a payment, its newest
 */
export async function queueReceipts(
  deps: Deps,
  newest: { allocated: readonly Allocated[]; undone: readonly Undone[] },
): Promise<void> {
  const now = deps.now();
  const customerIds = newest.allocated.flatMap(({ data }) => data.customerId ?? []);
  const customerOf = await deps.directory.customers(customerIds);
  const isWithoutEmail = ({ organisationId, data }: Allocated) => {
    const customer = customerOf(organisationId, data.customerId);
    return customer !== undefined && !customer.email;
  };
  const deliveries = newest.allocated.flatMap((event) => {
    const media = isWithoutEmail(event) ? (['sms'] as const) : MEDIA;
    return media.map((medium) => toReceipt(event, medium, now));
  });
  const known = await introduceReceipts(deps, deliveries, customerOf);
  const repeated = deliveries.filter(({ id }) => known.has(id));
  // an older decision may have meant somebody with an address, whose e-mail must not tell it any more
  const corrections = newest.allocated.filter((event) => event.subject.version > 1 && isWithoutEmail(event));
  const emails = corrections.map((event) => toReceipt(event, 'email', now));
  await deps.deliveries.tellNewer([...repeated, ...emails], now);
  const undone = newest.undone.flatMap((event) => MEDIA.map((medium) => toUndone(event, medium, now)));
  await deps.deliveries.cancelQueued(undone, now);
}

function toReceipt(event: Allocated, medium: Medium, now: Date): Delivery {
  const { data } = event;
  return {
    ...toDelivery(event, medium, now),
    payerMsisdn: data.payer.msisdn,
    facts: {
      currency: data.currency,
      amountCents: data.amountCents,
      receipt: data.receipt,
      invoiceNumbers: data.allocations.filter(({ amountCents }) => amountCents > 0).map((one) => one.invoiceNumber),
      creditCents: data.creditCents,
      balanceCents: data.balanceCents,
    },
  };
}

const toUndone = (event: Undone, medium: Medium, now: Date): Delivery =>
  skip(toDelivery(event, medium, now), 'undone', now);

function toDelivery({ data, organisationId, subject, cause }: Allocated | Undone, medium: Medium, now: Date): Delivery {
  return {
    id: deliveryId(data.paymentId, medium),
    organisationId,
    version: 1,
    medium,
    mode: data.mode,
    paymentId: data.paymentId,
    customerId: data.customerId,
    payerMsisdn: null,
    matchVersion: subject.version,
    facts: null,
    status: 'queued',
    reason: null,
    to: null,
    subject: null,
    text: null,
    providerIds: [],
    attempts: 0,
    queuedAt: now,
    dueAt: now,
    expiresAt: new Date(Date.parse(data.decidedAt) + WORTH_SENDING_MS),
    claimedAt: null,
    claimedBy: null,
    settledAt: null,
    resolvedBy: null,
    cause,
    news: null,
  };
}
