import type { Stores } from './deps.ts';
import type { MessageProvider } from './providers/message-provider.ts';
import { createSender } from './sender.ts';
import type { Lane } from './store/deliveries.ts';

export type Senders = {
  /** There may be something to send. */
  wake(): void;
  /** Resolves when nothing is under way; nothing new is begun. */
  stop(): Promise<void>;
};

/** One sender for each lane. */
export function createSenders(deps: Stores, lanes: readonly { lane: Lane; provider: MessageProvider }[]): Senders {
  const senders = lanes.map(({ lane, provider }) => ({ sender: createSender(deps, lane, provider), provider }));
  return {
    wake: () => {
      for (const { sender } of senders) sender.wake();
    },
    stop: async () => {
      await Promise.all(senders.map(({ sender }) => sender.stop()));
      for (const { provider } of senders) provider.close();
    },
  };
}
