import type { Stores } from '../deps.ts';
import { type Addressed, address } from '../domain/addressing.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { Lane } from '../store/deliveries.ts';

/** A delivery as read from the queue, with what to do about it. */
export type Candidate = { delivery: Delivery; addressed: Addressed };

/** Read from the queue at once. */
const PAGE = 64;
const READ_ALL_EVERY_MS = 5_000;
const BEGINNING = new Date(0);

/**
 * Hands out what is due in a lane, the oldest first, each once until it is `done`. What has left the queue leaves its mark
 * in the index for a minute, so that reading from the beginning is for now and then.
 */
export function createQueueReader(deps: Stores, lane: Lane) {
  const underWay = new Set<string>();
  let buffer: Candidate[] = [];
  let refilling: Promise<void> | undefined;
  let since = BEGINNING;
  let allReadAt = 0;

  const refill = async () => {
    const now = deps.now().getTime();
    if (now - allReadAt > READ_ALL_EVERY_MS) since = BEGINNING;
    if (since === BEGINNING) allReadAt = now;
    const page = await readQueue(deps, lane, since);
    const oldest = page[0]?.delivery.dueAt.getTime() ?? now - READ_ALL_EVERY_MS;
    since = new Date(Math.min(oldest, now)); // one of a clock that was ahead says nothing of the others
    buffer = page.filter(({ delivery }) => !underWay.has(delivery.id));
  };

  return {
    /** @returns nothing where the queue holds nothing more that is due */
    async next(): Promise<Candidate | undefined> {
      for (;;) {
        if (buffer.length === 0) {
          refilling ??= refill().finally(() => {
            refilling = undefined;
          });
          await refilling;
        }
        const candidate = buffer.shift();
        if (!candidate) return undefined;
        if (underWay.has(candidate.delivery.id)) continue;
        underWay.add(candidate.delivery.id);
        return candidate;
      }
    },
    done({ delivery }: Candidate): void {
      underWay.delete(delivery.id);
    },
  };
}

async function readQueue(deps: Stores, lane: Lane, since: Date): Promise<Candidate[]> {
  const now = deps.now();
  const due = await deps.deliveries.due(lane, { since, until: now, ahead: since === BEGINNING }, PAGE);
  if (due.length === 0) return [];
  const [organisations, customerOf] = await Promise.all([
    deps.directory.organisations(due.map((one) => one.organisationId)),
    deps.directory.customers(due.flatMap((one) => one.customerId ?? [])),
  ]);
  return due.map((delivery) => {
    const { organisationId, customerId } = delivery;
    const customer = customerOf(organisationId, customerId);
    return { delivery, addressed: address(delivery, organisations.get(organisationId), customer, now) };
  });
}
