import { backoff, isInfrastructureError, pause } from '@malipo/service-kit';
import { noteOutcome, sendDelivery, takeBack } from '../commands/send-delivery.ts';
import type { Stores } from '../deps.ts';
import type { Message } from '../domain/addressing.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { MessageProvider } from '../providers/message-provider.ts';
import type { Lane } from '../store/deliveries.ts';

/** A lane whose provider cannot be reached rests, instead of taking its queue through claims for nothing. */
const REST_MS = 2_000;

/** Passes claimed messages to the provider of a lane and has noted what came of them. */
export function createProviderLine(deps: Stores, lane: Lane, provider: MessageProvider) {
  const notes = new Set<Promise<void>>();
  let restUntil = 0;
  const note = (work: () => Promise<void>): void => {
    const noting = untilReached(deps, work)
      .catch((error: unknown) => deps.log.warn({ err: error, ...lane }, 'an outcome was not noted; its claim expires'))
      .finally(() => notes.delete(noting));
    notes.add(noting);
  };
  return {
    isResting: () => performance.now() < restUntil,
    /** Resolves as soon as the provider has answered; what it said is noted together with others. */
    async send(claimed: Delivery, message: Message): Promise<void> {
      const outcome = await sendDelivery(deps, provider, claimed, message);
      if (outcome.kind === 'not_sent') restUntil = performance.now() + REST_MS;
      note(() => noteOutcome(deps, claimed, outcome));
    },
    /** Of a claim that nobody confirmed, and nobody will act on: where it was written all the same, it waits again. */
    takeBack(claimed: Delivery): void {
      note(() => takeBack(deps, claimed));
    },
    /** Resolves when everything that was said until now is noted. */
    async noted(): Promise<void> {
      await Promise.all(notes);
    },
  };
}

const LONGEST_PAUSE_MS = 5_000;

/** Nobody else knows what is to be noted: a database that is away, as while it elects a primary, is waited for until the end. */
async function untilReached({ stopping }: Stores, work: () => Promise<void>): Promise<void> {
  for (let count = 1; ; count++) {
    try {
      return await work();
    } catch (error) {
      if (!isInfrastructureError(error) || stopping.aborted) throw error;
      await pause(backoff(count, 250, LONGEST_PAUSE_MS), stopping);
    }
  }
}
