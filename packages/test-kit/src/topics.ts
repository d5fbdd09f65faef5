import type { Envelope, OutgoingEvent } from '@malipo/service-kit/event';
import { Consumer, compatibilityPartitioner, Producer, stringSerializer } from '@platformatic/kafka';
import type { Slice } from './slice.ts';

const settings = (slice: Slice) => ({ clientId: 'test-kit', bootstrapBrokers: slice.kafkaBrokers });

const toBytes = (data?: string | Buffer) => (typeof data === 'string' ? Buffer.from(data) : data);

/** Publishes events as a service would, to the slice's topics. */
export async function createTestPublisher(slice: Slice): Promise<{
  publish(...events: OutgoingEvent[]): Promise<void>;
  raw(topic: string, key: string | null, value: string | Buffer | null): Promise<void>;
  close(): Promise<void>;
}> {
  const producer = new Producer<string, string | Buffer, string, string>({
    ...settings(slice),
    acks: -1,
    partitioner: compatibilityPartitioner,
    serializers: {
      key: stringSerializer,
      value: toBytes,
      headerKey: stringSerializer,
      headerValue: stringSerializer,
    },
  });
  const named = (topic: string) => `${slice.kafkaPrefix}${topic}`;
  return {
    async publish(...events) {
      await producer.send({
        messages: events.map(({ topic, key, value, traceparent }) => ({
          topic: named(topic),
          key,
          value,
          ...(traceparent ? { headers: { traceparent } } : {}),
        })),
      });
    },
    async raw(topic, key, value) {
      const message = { topic: named(topic), ...(key === null ? {} : { key }), ...(value === null ? {} : { value }) };
      await producer.send({ messages: [message] });
    },
    close: () => producer.close(),
  };
}

export type Collected = Envelope & { traceparent: string | null };

/** Reads a topic from its beginning and keeps what it sees. */
export async function collectTopic(
  slice: Slice,
  topic: string,
): Promise<{ events: Collected[]; of(type: string): Collected[]; close(): Promise<void> }> {
  const consumer = new Consumer({ ...settings(slice), groupId: `${slice.kafkaPrefix}collect-${Math.random()}` });
  const stream = await consumer.consume({
    topics: [`${slice.kafkaPrefix}${topic}`],
    mode: 'earliest',
    autocommit: false,
    maxWaitTime: 50,
  });
  const events: Collected[] = [];
  stream.on('data', ({ value, headerEntries }) => {
    const trace = headerEntries.find(([name]) => String(name) === 'traceparent');
    events.push({ ...readEnvelope(value), traceparent: trace ? String(trace[1]) : null });
  });
  return {
    events,
    of: (type) => events.filter((event) => event.type === type),
    close: () => consumer.close(true),
  };
}

/** Dead letters may hold anything; what is no JSON shows as an event without fields. */
function readEnvelope(value: Buffer | undefined): Envelope {
  try {
    return JSON.parse(value?.toString() ?? '{}') as Envelope;
  } catch {
    return {} as Envelope;
  }
}
