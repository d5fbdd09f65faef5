import { Producer } from '@platformatic/kafka';
import type { KafkaConnection } from './connect.ts';
import { type Headers, rawSerializers } from './message.ts';

export type Outgoing = { key: Buffer | null; value: Buffer | null; headers: Headers; partition?: number };

/** Sends messages as they are, one by one, acknowledged by all replicas; answers their offsets. */
export type RawSender = { send(topic: string, message: Outgoing): Promise<number>; close(): Promise<void> };

export function createRawSender(kafka: KafkaConnection): RawSender {
  const producer = new Producer({ ...kafka.settings, idempotent: true, serializers: rawSerializers });
  return {
    async send(topic, message) {
      const { offsets } = await producer.send({ messages: [{ topic, ...message }] });
      return Number(offsets?.[0]?.offset ?? 0);
    },
    close: () => producer.close(),
  };
}
