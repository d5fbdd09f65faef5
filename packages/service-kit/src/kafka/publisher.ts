import type { Producer } from 'kafkajs';
import type { OutgoingEvent } from '../event.ts';
import { groupCommit } from '../group-commit.ts';
import type { Metrics } from '../metrics.ts';
import type { KafkaConnection } from './connect.ts';
import { rememberingPartitioner } from './partitioner.ts';

export type Publisher = {
  connect(): Promise<void>;
  /** Resolves when all in-sync replicas have it. Calls that arrive together travel in one request. */
  publish(event: OutgoingEvent): Promise<void>;
  waiting(): number;
  idle(): Promise<void>;
  close(): Promise<void>;
};

/** Idempotent, one request in flight, acknowledged by all replicas; events keep their order of arrival. */
export function createPublisher(kafka: KafkaConnection, metrics: Metrics, maxBatch: number): Publisher {
  const producer: Producer = kafka.client.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: rememberingPartitioner,
    retry: { initialRetryTime: 100, retries: 8 },
  });
  const published = metrics.counter('malipo_events_published_total', 'events acknowledged by Kafka', ['topic']);
  const send = async (events: OutgoingEvent[]): Promise<undefined[]> => {
    const byTopic = Map.groupBy(events, (event) => event.topic);
    await producer.sendBatch({
      acks: -1,
      topicMessages: [...byTopic].map(([topic, group]) => ({
        topic: kafka.named(topic),
        messages: group.map(toMessage),
      })),
    });
    for (const [topic, group] of byTopic) published.inc({ topic }, group.length);
    return events.map(() => undefined);
  };
  const publish = groupCommit(send, { maxBatch, inFlight: 1, maxQueue: 100_000 });
  return {
    connect: () => producer.connect(),
    publish,
    waiting: publish.depth,
    idle: publish.idle,
    close: () => producer.disconnect(),
  };
}

const toMessage = (event: OutgoingEvent) => ({
  key: event.key,
  value: event.value,
  ...(event.traceparent ? { headers: { traceparent: event.traceparent } } : {}),
});
