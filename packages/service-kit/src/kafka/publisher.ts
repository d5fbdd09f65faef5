import { Producer, stringSerializers } from '@platformatic/kafka';
import type { OutgoingEvent } from '../event.ts';
import { groupCommit } from '../group-commit.ts';
import type { Metrics } from '../metrics.ts';
import type { KafkaConnection } from './connect.ts';
import { rememberingPartitioner } from './partitioner.ts';

/** As much of an event as Kafka needs. */
export type Message = Omit<OutgoingEvent, 'id' | 'type'>;

export type Publisher = {
  /** Resolves when all in-sync replicas have it. Calls that arrive together travel in one request. */
  publish(event: Message): Promise<void>;
  waiting(): number;
  idle(): Promise<void>;
  close(): Promise<void>;
};

/** Idempotent, one request in flight, acknowledged by all replicas; events keep their order of arrival. */
export function createPublisher(kafka: KafkaConnection, metrics: Metrics, maxBatch: number): Publisher {
  const producer = new Producer({
    ...kafka.settings,
    idempotent: true,
    serializers: stringSerializers,
    partitioner: rememberingPartitioner(),
  });
  const published = metrics.counter('malipo_events_published_total', 'events acknowledged by Kafka', ['topic']);
  const send = async (events: Message[]): Promise<undefined[]> => {
    await producer.send({
      messages: events.map(({ topic, key, value, traceparent }) => ({
        topic: kafka.named(topic),
        key,
        value,
        ...(traceparent ? { headers: { traceparent } } : {}),
      })),
    });
    for (const [topic, group] of Map.groupBy(events, (event) => event.topic)) published.inc({ topic }, group.length);
    return events.map(() => undefined);
  };
  const publish = groupCommit(send, { maxBatch, inFlight: 1, maxQueue: 100_000 });
  return { publish, waiting: publish.depth, idle: publish.idle, close: () => producer.close() };
}
