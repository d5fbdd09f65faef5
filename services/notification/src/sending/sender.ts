import { setAside } from '../commands/send-delivery.ts';
import type { Stores } from '../deps.ts';
import type { Message } from '../domain/addressing.ts';
import { claim, type Delivery } from '../domain/delivery.ts';
import type { MessageProvider } from '../providers/message-provider.ts';
import type { Lane } from '../store/deliveries.ts';
import { createPlaces } from './places.ts';
import { createProviderLine } from './provider-line.ts';
import { type Candidate, createQueueReader } from './queue-reader.ts';

export type Sender = {
  /** There may be something to send. */
  wake(): void;
  /** Keeps places for receipts that are about to be claimed; none while the lane rests. @returns how many it got */
  reserve(wanted: number): number;
  /** Sends what was claimed by its insert, in a reserved place. */
  take(claimed: Delivery, message: Message): void;
  /** Gives a reserved place back: somebody else has the receipt. */
  release(): void;
  /** Gives a reserved place back: whether its receipt is claimed is not known. */
  takeBack(claimed: Delivery): void;
  /** Resolves when a good part of the places is free, the lane rests, or it is `until` (`performance.now()`). */
  spacious(until: number): Promise<void>;
  /** Resolves when nothing is under way; nothing new is begun. */
  stop(): Promise<void>;
};

/** Works off one lane of the queue with a bounded number of messages under way; runs only while there is work. */
export function createSender(deps: Stores, lane: Lane, provider: MessageProvider): Sender {
  const queue = createQueueReader(deps, lane);
  const line = createProviderLine(deps, lane, provider);
  /** Somebody woke the lane while it had no place. */
  let isCalled = false;
  let stopped = false;
  const isResting = () => stopped || line.isResting();
  const places = createPlaces(deps.config.MALIPO_MESSAGE_CONCURRENCY, {
    isClosed: isResting,
    onError: (error) => deps.log.warn({ err: error, ...lane }, 'sending failed; its state is in the database'),
    onFree: () => {
      if (isCalled) wake();
    },
  });

  const work = async ({ delivery, addressed }: Candidate) => {
    if (addressed.kind !== 'send') return setAside(deps, delivery, addressed);
    const claimed = claim(delivery, addressed.message, deps.now(), deps.worker);
    const won = await deps.gathered.claim({ before: delivery, after: claimed }).catch((error: unknown) => {
      line.takeBack(claimed); // the answer may be all that was lost, as when the primary changes
      throw error;
    });
    if (won) await line.send(claimed, addressed.message);
  };
  const workOff = async () => {
    while (!isResting()) {
      const candidate = await queue.next();
      if (!candidate) return;
      await work(candidate).finally(() => queue.done(candidate));
    }
  };
  const wake = () => {
    isCalled = places.room() <= 0 && !stopped;
    while (!stopped && places.room() > 0) places.run(workOff);
  };

  return {
    wake,
    reserve: places.reserve,
    take: (claimed, message) => {
      places.release();
      places.run(() => line.send(claimed, message));
    },
    release: places.release,
    takeBack: (claimed) => {
      places.release();
      line.takeBack(claimed);
    },
    spacious: places.spacious,
    stop: async () => {
      stopped = true;
      await places.idle();
      await line.noted();
    },
  };
}
