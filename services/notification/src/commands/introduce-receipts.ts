import type { Deps } from '../deps.ts';
import { type Addressed, address } from '../domain/addressing.ts';
import { claim, type Delivery, lookAgain, skip } from '../domain/delivery.ts';
import type { CustomerLookup } from '../store/directory.ts';

/** A new receipt, and what to do about it. */
type Planned<To extends Addressed = Addressed> = { delivery: Delivery; addressed: To };
type Sendable = Planned<Extract<Addressed, { kind: 'send' }>>;
type Idle = Planned<Exclude<Addressed, { kind: 'send' }>>;

/** So long a slice waits for places at the senders; what finds none goes to the queue. */
const PATIENCE_MS = 1_000;

/**
 * Inserts new receipts. Those for which their sender has a place are inserted as claimed and leave at once: the insert is
 * the claim. Those that nobody can be told of are inserted as skipped, and the others wait in the queue.
 * @returns the ids that were there already
 */
export async function introduceReceipts(
  deps: Deps,
  deliveries: readonly Delivery[],
  customerOf: CustomerLookup,
): Promise<Set<string>> {
  const until = performance.now() + PATIENCE_MS;
  const planned = await plan(deps, deliveries, customerOf);
  const known = await setDown(deps, planned.filter(isIdle));
  let waiting = planned.filter(isSendable);
  for (let isFirst = true; waiting.length > 0; isFirst = false) {
    const [placed, left] = reserve(deps, waiting);
    for (const id of await claimByInsert(deps, placed)) known.add(id);
    waiting = left;
    if (performance.now() >= until || (placed.length === 0 && !isFirst)) break;
    const senders = new Set(left.map(({ delivery }) => deps.senders.of(delivery)));
    await Promise.all([...senders].map((sender) => sender.spacious(until)));
  }
  for (const id of await deps.deliveries.insertNew(waiting.map(({ delivery }) => delivery))) known.add(id);
  if (waiting.length > 0) deps.senders.wake();
  return known;
}

const isSendable = (one: Planned): one is Sendable => one.addressed.kind === 'send';
const isIdle = (one: Planned): one is Idle => one.addressed.kind !== 'send';

async function plan(deps: Deps, deliveries: readonly Delivery[], customerOf: CustomerLookup): Promise<Planned[]> {
  if (deliveries.length === 0) return [];
  const now = deps.now();
  const organisations = await deps.directory.organisations(deliveries.map((one) => one.organisationId));
  return deliveries.map((delivery) => {
    const { organisationId, customerId } = delivery;
    const customer = customerOf(organisationId, customerId);
    return { delivery, addressed: address(delivery, organisations.get(organisationId), customer, now) };
  });
}

/** What cannot be sent: nobody to tell, or somebody who is not known here yet. */
async function setDown(deps: Deps, idle: readonly Idle[]): Promise<Set<string>> {
  const now = deps.now();
  const rows = idle.map(({ delivery, addressed }) =>
    addressed.kind === 'skip' ? skip(delivery, addressed.reason, now) : lookAgain(delivery, now),
  );
  const known = await deps.deliveries.insertNew(rows);
  for (const { id, medium, mode, status, reason } of rows)
    if (status === 'skipped' && !known.has(id)) deps.messages.inc({ medium, mode, status, reason: reason ?? '' });
  return known;
}

/** Gives places to as many as there are, in order. */
function reserve(deps: Deps, waiting: readonly Sendable[]): [Sendable[], Sendable[]] {
  const placed = new Set<Sendable>();
  for (const [sender, ofOne] of Map.groupBy(waiting, ({ delivery }) => deps.senders.of(delivery)))
    for (const one of ofOne.slice(0, sender.reserve(ofOne.length))) placed.add(one);
  return [[...placed], waiting.filter((one) => !placed.has(one))];
}

async function claimByInsert(deps: Deps, placed: readonly Sendable[]): Promise<Set<string>> {
  const now = deps.now();
  const rows = placed.map(({ delivery, addressed: { message } }) => ({
    sender: deps.senders.of(delivery),
    claimed: claim(delivery, message, now, deps.worker),
    message,
  }));
  try {
    const known = await deps.deliveries.insertNew(rows.map(({ claimed }) => claimed));
    for (const { sender, claimed, message } of rows)
      if (known.has(claimed.id)) sender.release();
      else sender.take(claimed, message);
    return known;
  } catch (error) {
    // the answer may be all that was lost, as when the primary changes
    for (const { sender, claimed } of rows) sender.takeBack(claimed);
    throw error;
  }
}
