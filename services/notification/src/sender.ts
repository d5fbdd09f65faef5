import { pause } from '@malipo/service-kit';
import { noteOutcome, sendDelivery, setAside } from './commands/send-delivery.ts';
import type { Stores } from './deps.ts';
import { type Addressed, address, type Message } from './domain/addressing.ts';
import type { Delivery } from './domain/delivery.ts';
import type { MessageProvider } from './providers/message-provider.ts';
import type { Lane } from './store/deliveries.ts';

/** Read from the queue at once. */
const PAGE = 64;
/** A lane whose provider cannot be reached rests, instead of taking its queue through claims for nothing. */
const REST_MS = 2_000;
const READ_ALL_EVERY_MS = 5_000;
const BEGINNING = new Date(0);
/** Share of the places that must be free before more is claimed by insert: each insert costs the same, few or many. */
const WORTHWHILE = 0.25;

/** A delivery as read from the queue, with what to do about it. */
type Candidate = { delivery: Delivery; addressed: Addressed };

/** Works off one lane of the queue with a bounded number of messages under way; runs only while there is work. */
export function createSender(deps: Stores, lane: Lane, provider: MessageProvider) {
  const concurrency = deps.config.MALIPO_MESSAGE_CONCURRENCY;
  const underWay = new Set<string>();
  let buffer: Candidate[] = [];
  let refilling: Promise<void> | undefined;
  const slots = new Set<Promise<void>>();
  const notes = new Set<Promise<void>>();
  let reserved = 0;
  /** Somebody woke the lane while it had no place. */
  let isCalled = false;
  let restUntil = 0;
  let stopped = false;
  let since = BEGINNING;
  let allReadAt = 0;

  /** What has left the queue leaves its mark in the index for a minute, so that reading from the beginning is for now and then. */
  const refill = async () => {
    const now = deps.now().getTime();
    if (now - allReadAt > READ_ALL_EVERY_MS) since = BEGINNING;
    if (since === BEGINNING) allReadAt = now;
    const page = await readQueue(deps, lane, since);
    since = page[0]?.delivery.dueAt ?? new Date(now - READ_ALL_EVERY_MS);
    buffer = page.filter(({ delivery }) => !underWay.has(delivery.id));
  };

  const next = async (): Promise<Candidate | undefined> => {
    if (buffer.length === 0) {
      refilling ??= refill().finally(() => {
        refilling = undefined;
      });
      await refilling;
    }
    return buffer.shift();
  };

  const work = async ({ delivery, addressed }: Candidate) => {
    if (addressed.kind !== 'send') return setAside(deps, delivery, addressed);
    const claimed = await deps.gathered.claim({ delivery, message: addressed.message });
    if (claimed) await send(claimed, addressed.message);
  };

  /** A place is free again as soon as the provider has answered; what it said is noted together with others. */
  const send = async (claimed: Delivery, message: Message) => {
    const outcome = await sendDelivery(deps, provider, claimed, message);
    if (outcome.kind === 'not_sent') restUntil = Date.now() + REST_MS;
    const noting = noteOutcome(deps, claimed, outcome)
      .catch((error: unknown) => deps.log.warn({ err: error, ...lane }, 'an outcome was not noted; its claim expires'))
      .finally(() => notes.delete(noting));
    notes.add(noting);
  };

  const slot = async () => {
    while (!stopped && Date.now() >= restUntil) {
      const candidate = await next();
      if (!candidate || underWay.has(candidate.delivery.id)) {
        if (!candidate) return;
        continue;
      }
      underWay.add(candidate.delivery.id);
      await work(candidate).finally(() => underWay.delete(candidate.delivery.id));
    }
  };

  const start = (work: () => Promise<void>) => {
    const running = work()
      .catch((error: unknown) => deps.log.warn({ err: error, ...lane }, 'sending failed; its state is in the database'))
      .finally(() => {
        slots.delete(running);
        if (isCalled) wake();
      });
    slots.add(running);
  };

  const isResting = () => stopped || Date.now() < restUntil;
  const room = () => concurrency - slots.size - reserved;
  const wake = () => {
    isCalled = room() <= 0 && !stopped;
    while (!stopped && room() > 0) start(slot);
  };

  return {
    wake,
    /** Keeps places for receipts that are about to be claimed; none while the lane rests. @returns how many it got */
    reserve: (wanted: number): number => {
      const granted = isResting() ? 0 : Math.max(0, Math.min(wanted, room()));
      reserved += granted;
      return granted;
    },
    /** Sends what was claimed by its insert, in a reserved place. */
    take: (claimed: Delivery, message: Message) => {
      reserved--;
      start(() => send(claimed, message));
    },
    /** Gives a reserved place back: somebody else has the receipt. */
    release: () => {
      reserved--;
    },
    /** Resolves when a good part of the places is free, the lane rests, or it is `until` (`performance.now()`). */
    spacious: async (until: number): Promise<void> => {
      while (!isResting() && slots.size > 0 && room() < concurrency * WORTHWHILE) {
        const left = until - performance.now();
        if (left <= 0) return;
        await Promise.race([...slots, pause(left)]);
      }
    },
    stop: async () => {
      stopped = true;
      await Promise.all(slots);
      await Promise.all(notes);
    },
  };
}

export type Sender = ReturnType<typeof createSender>;

async function readQueue(deps: Stores, lane: Lane, since: Date): Promise<Candidate[]> {
  const now = deps.now();
  const due = await deps.deliveries.due(lane, { since, until: now }, PAGE);
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
