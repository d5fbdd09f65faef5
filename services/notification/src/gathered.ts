import { type GroupCommit, groupCommit, type OutgoingEvent, type Relay } from '@malipo/service-kit';
import type { Delivery } from './domain/delivery.ts';
import type { Report } from './domain/report.ts';
import type { Change } from './store/change-deliveries.ts';
import type { DeliveryStore } from './store/deliveries.ts';
import type { ReportStore } from './store/reports.ts';

/** A change with the events that announce it. */
export type Announced = Change & { events: readonly OutgoingEvent[] };

/**
 * What is done for one message at a time, done together for all that are under way at the same moment: a message costs
 * a share of a round trip instead of four.
 */
export type Gathered = {
  /** Claims a delivery before it is sent; false where somebody else took it. */
  claim: GroupCommit<Change, boolean>;
  /** Writes a change and announces it; false where somebody else was first. */
  save: GroupCommit<Announced, boolean>;
  /** The message that a provider calls by this id. */
  byProviderId: GroupCommit<string, Delivery | undefined>;
  /** The report that came before its message was known as sent. */
  keptReport: GroupCommit<string, Report | undefined>;
};

/** Nobody notices a receipt that is a moment later; one transaction a message would be most of its cost. */
const ONE_AT_A_TIME = { inFlight: 1, paceMs: 100, maxQueue: Number.POSITIVE_INFINITY } as const;
/** What came of a message is noted behind its back: its place at the provider is free already. */
const NOTE_PACE_MS = 250;

export function gather(
  { relay, maxBatch }: { relay: Relay; maxBatch: number },
  deliveries: DeliveryStore,
  reports: ReportStore,
): Gathered {
  const options = { ...ONE_AT_A_TIME, maxBatch };
  return {
    claim: groupCommit((claims: Change[]) => relay.commit((tx) => deliveries.save(claims, tx)), options),
    save: groupCommit(
      (changes: Announced[]) =>
        relay.commit(async (tx) => {
          const won = await deliveries.save(changes, tx);
          for (const [index, { events }] of changes.entries()) if (won[index]) tx.tell(...events);
          return won;
        }),
      { ...options, paceMs: NOTE_PACE_MS },
    ),
    byProviderId: groupCommit(async (ids: string[]) => {
      const found = new Map<string, Delivery>();
      for (const delivery of await deliveries.findByProviderIds(ids))
        for (const id of delivery.providerIds) found.set(id, delivery);
      return ids.map((id) => found.get(id));
    }, options),
    keptReport: groupCommit(async (ids: string[]) => {
      const found = await reports.findMany(ids);
      return ids.map((id) => found.get(id));
    }, options),
  };
}
