import {
  type Consumer,
  type KafkaRecord,
  type RecordsBatch,
  type Serializers,
  stringSerializer,
} from '@platformatic/kafka';

/** Headers by name; they come as bytes and may be sent as text. */
export type Headers = Record<string, Buffer | string>;

/** A message as it lies in a topic; `timestamp` in milliseconds since 1970. */
export type RawMessage = {
  topic: string;
  partition: number;
  message: { key: Buffer | null; value: Buffer | null; headers: Headers; offset: string; timestamp: number };
};

/** What one partition had to tell at once. */
export type Batch = {
  topic: string;
  partition: number;
  messages: RawMessage[];
  /** Where reading goes on after these. */
  next: number;
  /** The broker held more than it sent. */
  hasMore: boolean;
};

export type FetchAnswer = Awaited<ReturnType<Consumer['fetch']>>;
type PartitionAnswer = FetchAnswer['responses'][number]['partitions'][number];

/** A batch of the broker's own: markers of transactions, which nobody reads. */
const IS_CONTROL = 1 << 5;
/** The broker's time, one for the batch, counts instead of what the sender wrote in its messages. */
const HAS_APPEND_TIME = 1 << 3;
const NONE: Headers = {};

/**
 * Reads what a broker answered about one partition. It sends whole batches, so that some may lie before the place that was
 * asked for.
 * @param from the offset that was asked for
 */
export function readBatch(topic: string, answer: PartitionAnswer, from: number): Batch {
  const partition = answer.partitionIndex;
  const messages: RawMessage[] = [];
  let next = from;
  for (const batch of answer.records ?? []) {
    const base = Number(batch.firstOffset);
    next = Math.max(next, base + batch.lastOffsetDelta + 1);
    if (batch.attributes & IS_CONTROL) continue;
    for (const record of batch.records)
      if (base + record.offsetDelta >= from) messages.push({ topic, partition, message: toMessage(batch, record) });
  }
  return { topic, partition, messages, next, hasMore: Number(answer.highWatermark) > next };
}

const toMessage = (batch: RecordsBatch, record: KafkaRecord): RawMessage['message'] => ({
  key: record.key,
  value: record.value,
  headers: record.headers.length === 0 ? NONE : headersOf(record.headers),
  offset: String(Number(batch.firstOffset) + record.offsetDelta),
  timestamp:
    batch.attributes & HAS_APPEND_TIME
      ? Number(batch.maxTimestamp)
      : Number(batch.firstTimestamp) + Number(record.timestampDelta),
});

const headersOf = (entries: readonly [Buffer | null, Buffer | null][]): Headers =>
  Object.fromEntries(entries.map(([name, value]) => [String(name), value ?? '']));

const toBytes = (data?: Buffer | string | null): Buffer | undefined =>
  typeof data === 'string' ? Buffer.from(data) : (data ?? undefined);

/** For messages that are passed on as they came. */
export const rawSerializers: Serializers<Buffer | null, Buffer | null, string, Buffer | string> = {
  key: toBytes,
  value: toBytes,
  headerKey: stringSerializer,
  headerValue: toBytes,
};
