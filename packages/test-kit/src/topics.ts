import type { Envelope, OutgoingEvent } from '@malipo/service-kit/event';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { Slice } from './slice.ts';

const connect = (slice: Slice) => new Kafka({ brokers: slice.kafkaBrokers, logLevel: logLevel.NOTHING });

/** Publishes events as a service would, to the slice's topics. */
export async function createTestPublisher(slice: Slice): Promise<{
  publish(...events: OutgoingEvent[]): Promise<void>;
  raw(topic: string, key: string | null, value: string | Buffer | null): Promise<void>;
  close(): Promise<void>;
}> {
  const producer = connect(slice).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const named = (topic: string) => `${slice.kafkaPrefix}${topic}`;
  return {
    async publish(...events) {
      const byTopic = Map.groupBy(events, (event) => event.topic);
      await producer.sendBatch({
        acks: -1,
        topicMessages: [...byTopic].map(([topic, group]) => ({
          topic: named(topic),
          messages: group.map((event) => ({
            key: event.key,
            value: event.value,
            ...(event.traceparent ? { headers: { traceparent: event.traceparent } } : {}),
          })),
        })),
      });
    },
    async raw(topic, key, value) {
      await producer.send({ topic: named(topic), acks: -1, messages: [{ key, value }] });
    },
    close: () => producer.disconnect(),
  };
}

export type Collected = Envelope & { traceparent: string | null };

/** Reads a topic from its beginning and keeps what it sees. */
export async function collectTopic(
  slice: Slice,
  topic: string,
): Promise<{ events: Collected[]; of(type: string): Collected[]; close(): Promise<void> }> {
  const consumer = connect(slice).consumer({
    groupId: `${slice.kafkaPrefix}collect-${Math.random()}`,
    maxWaitTimeInMs: 50,
  });
  const events: Collected[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: `${slice.kafkaPrefix}${topic}`, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      events.push({
        ...readEnvelope(message.value),
        traceparent: message.headers?.['traceparent']?.toString() ?? null,
      });
    },
  });
  return { events, of: (type) => events.filter((event) => event.type === type), close: () => consumer.disconnect() };
}

/** Dead letters may hold anything; what is no JSON shows as an event without fields. */
function readEnvelope(value: Buffer | null): Envelope {
  try {
    return JSON.parse(value?.toString() ?? '{}') as Envelope;
  } catch {
    return {} as Envelope;
  }
}
