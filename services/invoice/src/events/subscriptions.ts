import { AllocationUndone, PaymentAllocated } from '@malipo/events';
import { isEvent, type Received, type Subscription } from '@malipo/service-kit';
import { applyAllocations, type ToldAllocation } from '../commands/apply-allocations.ts';
import type { Deps } from '../deps.ts';

/** What reconciliation applies or takes back moves the balances; both say the same thing with another amount. */
export const subscriptions = (deps: Deps): Subscription[] => [
  {
    name: 'allocations',
    events: [PaymentAllocated, AllocationUndone],
    handle: (slice) => applyAllocations(deps, slice.flatMap(toldIn)),
  },
];

function toldIn(event: Received): ToldAllocation[] {
  if (!isEvent(PaymentAllocated, event) && !isEvent(AllocationUndone, event)) return [];
  const { organisationId, cause, data } = event;
  return data.allocations.map(({ allocationId, invoiceId, amountCents, roundingCents, version }) => ({
    organisationId,
    invoiceId,
    allocation: { allocationId, paymentId: data.paymentId, amountCents, roundingCents, version },
    cause,
  }));
}
