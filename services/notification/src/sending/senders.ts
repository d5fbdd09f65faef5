import type { Stores } from '../deps.ts';
import type { MessageProvider } from '../providers/message-provider.ts';
import type { Lane } from '../store/deliveries.ts';
import { createSender, type Sender } from './sender.ts';

export type Senders = {
  /** There may be something to send. */
  wake(): void;
  /** The sender of a lane. */
  of(lane: Lane): Sender;
  /** Resolves when nothing is under way; nothing new is begun. */
  stop(): Promise<void>;
};

/** One sender for each lane. */
export function createSenders(deps: Stores, lanes: readonly { lane: Lane; provider: MessageProvider }[]): Senders {
  const senders = lanes.map(({ lane, provider }) => ({ lane, sender: createSender(deps, lane, provider), provider }));
  const byLane = new Map(senders.map(({ sender, lane }) => [keyOf(lane), sender]));
  return {
    of: (lane) => {
      const sender = byLane.get(keyOf(lane));
      if (!sender) throw new Error(`no sender for ${keyOf(lane)}`);
      return sender;
    },
    wake: () => {
      for (const { sender } of senders) sender.wake();
    },
    stop: async () => {
      await Promise.all(senders.map(({ sender }) => sender.stop()));
      for (const { provider } of senders) provider.close();
    },
  };
}

const keyOf = ({ medium, mode }: Lane): string => `${mode} ${medium}`;
