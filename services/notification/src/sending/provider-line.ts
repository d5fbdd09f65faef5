import { noteOutcome, sendDelivery } from '../commands/send-delivery.ts';
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
  return {
    isResting: () => Date.now() < restUntil,
    /** Resolves as soon as the provider has answered; what it said is noted together with others. */
    async send(claimed: Delivery, message: Message): Promise<void> {
      const outcome = await sendDelivery(deps, provider, claimed, message);
      if (outcome.kind === 'not_sent') restUntil = Date.now() + REST_MS;
      const noting = noteOutcome(deps, claimed, outcome)
        .catch((error: unknown) =>
          deps.log.warn({ err: error, ...lane }, 'an outcome was not noted; its claim expires'),
        )
        .finally(() => notes.delete(noting));
      notes.add(noting);
    },
    /** Resolves when everything that was said until now is noted. */
    async noted(): Promise<void> {
      await Promise.all(notes);
    },
  };
}
