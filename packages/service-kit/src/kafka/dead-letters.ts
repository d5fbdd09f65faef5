import type { Db } from 'mongodb';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { KafkaConnection } from './connect.ts';
import type { RawMessage } from './received.ts';

export type DeadLetters = {
  /** Is an earlier event about this subject parked, so that this one must wait behind it? */
  holds(subject: string): boolean;
  /** Parks one message with its reason, durably; resolves when the dead-letter topic and the parking note are written. */
  park(raw: RawMessage, subject: string | null, reason: string, code: string): Promise<void>;
  load(): Promise<void>;
  close(): Promise<void>;
};

type Parked = { _id: string; at: Date; reason: string };

/** A poison message is parked alone; later events about the same subject wait behind it, the organisation does not. */
export function createDeadLetters(options: {
  service: string;
  db: Db;
  kafka: KafkaConnection;
  log: Logger;
  metrics: Metrics;
}): DeadLetters {
  const { service, db, kafka, log } = options;
  const parked = db.collection<Parked>('parked');
  const subjects = new Set<string>();
  const producer = kafka.client.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
  const counter = options.metrics.counter('malipo_dead_letters_total', 'messages parked', ['code']);
  let connected: Promise<void> | undefined;
  return {
    holds: (subject) => subjects.has(subject),
    async load() {
      for await (const note of parked.find()) subjects.add(note._id);
    },
    async park(raw, subject, reason, code) {
      connected ??= producer.connect();
      await connected;
      await producer.send({ topic: kafka.named(`${service}.dlq`), acks: -1, messages: [toLetter(raw, reason, code)] });
      if (subject) {
        await parked.updateOne({ _id: subject }, { $setOnInsert: { at: new Date(), reason } }, { upsert: true });
        subjects.add(subject);
      }
      counter.inc({ code });
      log.error(
        { topic: raw.topic, partition: raw.partition, offset: raw.message.offset, code, reason },
        'message parked',
      );
    },
    close: () => producer.disconnect(),
  };
}

const toLetter = ({ topic, partition, message }: RawMessage, reason: string, code: string) => ({
  key: message.key ?? null,
  value: message.value,
  headers: {
    ...message.headers,
    'malipo-topic': topic,
    'malipo-partition': String(partition),
    'malipo-offset': message.offset,
    'malipo-reason': reason.slice(0, 1_000),
    'malipo-code': code,
    'malipo-parked-at': new Date().toISOString(),
  },
});
