import { Producer, stringSerializers } from '@platformatic/kafka';
import type { OutgoingEvent } from '../event.ts';
import { groupCommit } from '../group-commit.ts';
import type { Metrics } from '../metrics.ts';
import { isRefused, type KafkaConnection } from './connect.ts';
import { rememberingPartitioner } from './partitioner.ts';

/** As much of an event as Kafka needs. */
export type Message = Omit<OutgoingEvent, 'id' | 'type'>;

export type Publisher = {
  /**
   * Resolves when all in-sync replicas have it. Calls that arrive together travel in one request; what Kafka refuses for good
   * fails alone.
   */
  publish(event: Message): Promise<void>;
  waiting(): number;
  idle(): Promise<void>;
  close(): Promise<void>;
};

/** Brokers bound what they take of one partition at once (`message.max.bytes`), by default to twice as much. */
const REQUEST_BYTES = 512 * 1024;

/** Idempotent, one request in flight, acknowledged by all replicas; events keep their order of arrival. */
export function createPublisher(kafka: KafkaConnection, metrics: Metrics, maxBatch: number): Publisher {
  const producer = new Producer({
    ...kafka.settings,
    idempotent: true,
    serializers: stringSerializers,
    partitioner: rememberingPartitioner(),
  });
  const published = metrics.counter('malipo_events_published_total', 'events acknowledged by Kafka', ['topic']);
  const request = async (events: Message[]): Promise<void> => {
    await producer.send({
      messages: events.map(({ topic, key, value, traceparent }) => ({
        topic: kafka.named(topic),
        key,
        value,
        ...(traceparent ? { headers: { traceparent } } : {}),
      })),
    });
    for (const [topic, group] of Map.groupBy(events, (event) => event.topic)) published.inc({ topic }, group.length);
  };
  const send = async (events: Message[]): Promise<Outcome[]> => {
    const outcomes: Outcome[] = [];
    for (const part of parts(events)) outcomes.push(...(await narrowed(part, request)));
    return outcomes;
  };
  const sent = groupCommit(send, { maxBatch, inFlight: 1, maxQueue: 100_000 });
  const publish = async (event: Message): Promise<void> => {
    const outcome = await sent(event);
    if (outcome) throw outcome.refused;
  };
  return { publish, waiting: sent.depth, idle: sent.idle, close: () => producer.close() };
}

/** Undefined for what was acknowledged. */
type Outcome = { refused: unknown } | undefined;

/** In order, as many at a time as a broker surely takes. */
function* parts(events: readonly Message[]): Generator<Message[]> {
  let part: Message[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.value);
    if (part.length > 0 && bytes + size > REQUEST_BYTES) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(event);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

/** Sends events together; where Kafka refuses them for good, halves, until only those are left out that it refuses. */
async function narrowed(events: Message[], request: (events: Message[]) => Promise<void>): Promise<Outcome[]> {
  try {
    await request(events);
    return events.map(() => undefined);
  } catch (error) {
    if (!isRefused(error)) throw error;
    if (events.length === 1) return [{ refused: error }];
    const half = Math.ceil(events.length / 2);
    return [...(await narrowed(events.slice(0, half), request)), ...(await narrowed(events.slice(half), request))];
  }
}
