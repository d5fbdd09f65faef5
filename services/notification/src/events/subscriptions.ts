import {
  AllocationUndone,
  CustomerSaved,
  OrganisationCreated,
  OrganisationUpdated,
  PaymentAllocated,
} from '@malipo/events';
import { type ReceivedOf, type Subscription, subscription } from '@malipo/service-kit';
import { queueReceipts } from '../commands/queue-receipts.ts';
import type { Deps } from '../deps.ts';

const EVENTS = [OrganisationCreated, OrganisationUpdated, CustomerSaved, PaymentAllocated, AllocationUndone] as const;
type Event = ReceivedOf<(typeof EVENTS)[number]>;

/** A burst of money goes first; whoever paid waits for a receipt, and not for ever. */
const STANDS_BACK_FOR_MS = 15_000;

/** Consuming only queues: a slow provider never slows it, since the senders work from the queue. */
export const subscriptions = (deps: Deps): readonly Subscription[] => [
  subscription({
    name: 'receipts',
    maxSlice: 500,
    paceMs: 250,
    standsBack: true,
    standsBackForMs: STANDS_BACK_FOR_MS,
    events: EVENTS,
    handle: async (events) => {
      await learn(deps, events);
      const { allocated, undone } = newestDecisions(events);
      await queueReceipts(deps, { allocated, undone });
    },
  }),
];

async function learn(deps: Deps, events: readonly Event[]): Promise<void> {
  const organisations = events.filter(
    (event) => event.type === 'organisation.created' || event.type === 'organisation.updated',
  );
  const customers = events.filter((event) => event.type === 'customer.saved');
  await Promise.all([
    deps.directory.saveOrganisations(
      organisations.map(({ data, subject }) => ({
        _id: data.organisationId,
        version: subject.version,
        name: data.name,
        locale: data.locale,
      })),
    ),
    deps.directory.saveCustomers(
      customers.map(({ data, subject, organisationId }) => ({
        _id: data.customerId,
        version: subject.version,
        organisationId,
        phone: data.phone,
        phones: [data.phone, ...data.contacts.map((contact) => contact.phone)].flatMap((phone) => phone ?? []),
        email: data.email,
        locale: data.locale,
      })),
    ),
  ]);
}

/** Of several decisions about one payment in a slice only the newest is told. */
function newestDecisions(events: readonly Event[]) {
  const newest = new Map<string, Extract<Event, { type: 'payment.allocated' | 'allocation.undone' }>>();
  for (const event of events) {
    if (event.type !== 'payment.allocated' && event.type !== 'allocation.undone') continue;
    const { paymentId } = event.data;
    if ((newest.get(paymentId)?.subject.version ?? 0) < event.subject.version) newest.set(paymentId, event);
  }
  const decisions = [...newest.values()];
  return {
    allocated: decisions.filter((event) => event.type === 'payment.allocated'),
    undone: decisions.filter((event) => event.type === 'allocation.undone'),
  };
}
