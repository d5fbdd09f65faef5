import { AllocationUndone, PaymentAllocated } from '@malipo/events';
import { type ReceivedOf, type Subscription, subscription } from '@malipo/service-kit';
import { applyAllocations, type ToldAllocation } from '../commands/apply-allocations.ts';
import type { Deps } from '../deps.ts';

/** What reconciliation applies or takes back moves the balances; both say the same thing with another amount. */
export const subscriptions = (deps: Deps): Subscription[] => [
  subscription({
    name: 'allocations',
    maxSlice: 400,
    paceMs: 100,
    events: [PaymentAllocated, AllocationUndone],
    handle: (slice) => applyAllocations(deps, slice.flatMap(toldIn)),
  }),
];

type Decided = ReceivedOf<typeof PaymentAllocated | typeof AllocationUndone>;

function toldIn({ organisationId, cause, data }: Decided): ToldAllocation[] {
  return data.allocations.map(({ allocationId, invoiceId, amountCents, roundingCents, version }) => ({
    organisationId,
    invoiceId,
    allocation: { allocationId, paymentId: data.paymentId, amountCents, roundingCents, version },
    cause,
  }));
}
