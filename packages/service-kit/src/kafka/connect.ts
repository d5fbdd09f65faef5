import { Admin, type BaseOptions, findErrorBy } from '@platformatic/kafka';
import { backoff, pause } from '../clock.ts';
import type { BaseConfig } from '../config.ts';

/** What each client is made with. */
export type KafkaSettings = Pick<
  BaseOptions,
  'clientId' | 'bootstrapBrokers' | 'connectTimeout' | 'requestTimeout' | 'retries' | 'retryDelay'
>;

export type KafkaConnection = {
  settings: KafkaSettings;
  /** The topic's or group's name with the instance's prefix. */
  named(name: string): string;
  /** Creates missing topics: money topics keep everything, dead letters too, and brokers say when a message came. */
  ensureTopics(names: readonly string[]): Promise<void>;
};

/** The one place that says how we reach Kafka. @see docs/adr/0001-kafka-client-behind-a-port.md */
export function connectKafka(config: BaseConfig, clientId: string): KafkaConnection {
  const settings: KafkaSettings = {
    clientId,
    bootstrapBrokers: config.MALIPO_KAFKA_BROKERS,
    connectTimeout: 3_000,
    requestTimeout: 20_000, // joining a group is answered only when all members have joined
    retries: 5,
    retryDelay: (_client, _operation, attempt) => backoff(attempt, 100, 2_000),
  };
  const named = (name: string) => `${config.MALIPO_KAFKA_PREFIX}${name}`;
  return { settings, named, ensureTopics: (names) => ensureTopics(settings, names.map(named), config) };
}

/** Dead letters are few, and lie in one partition in the order of their parking. */
const isForLetters = (topic: string): boolean => topic.endsWith('.dlq');

/**
 * Copies of an event that must exist before it counts as published: the outbox forgets it then, and with one copy alone
 * it would go with that broker. A majority goes on without a broker of three.
 */
const leastCopies = (replicas: number): number => Math.floor(replicas / 2) + 1;

/** A letter is larger than the message that it holds, and one that did not fit would end its consumer. */
const LARGEST_LETTER = 16 * 1024 * 1024;

async function ensureTopics(settings: KafkaSettings, names: string[], config: BaseConfig): Promise<void> {
  const admin = new Admin(settings);
  try {
    const there = new Set(await admin.listTopics());
    const missing = names.filter((name) => !there.has(name));
    const durable = [
      { name: 'retention.ms', value: '-1' },
      { name: 'min.insync.replicas', value: String(leastCopies(config.MALIPO_REPLICATION)) },
      // with the sender's own time brokers refuse whoever's clock is an hour ahead of theirs
      { name: 'message.timestamp.type', value: 'LogAppendTime' },
    ];
    for (const [forLetters, group] of Map.groupBy(missing, isForLetters)) {
      const topics = group.map((topic) => ({
        topic,
        partitions: forLetters ? 1 : config.MALIPO_PARTITIONS,
        replicas: config.MALIPO_REPLICATION,
      }));
      const more = forLetters ? [{ name: 'max.message.bytes', value: String(LARGEST_LETTER) }] : [];
      await admin.createTopics({ topics, configs: [...durable, ...more] }).catch(ignoreExisting);
    }
    // several services create the same topics at once, and joining for one that the broker does not show yet fails
    for (let count = 0; missing.length > 0 && count < 100; count++) {
      const shown = new Set(await admin.listTopics());
      if (names.every((name) => shown.has(name))) break;
      await pause(100);
    }
  } finally {
    await admin.close();
  }
}

function ignoreExisting(error: unknown): void {
  if (!isKafkaError(error, 'apiId', 'TOPIC_ALREADY_EXISTS')) throw error;
}

/** Does an error, or one of those that it sums up, have this property? */
export const isKafkaError = (
  error: unknown,
  property: 'apiId' | 'code' | 'canRetry',
  value: string | boolean,
): boolean => error instanceof Error && findErrorBy(error, property, value) !== null;

/** Would Kafka answer otherwise later, or somewhere else? */
export const isOutOfReach = (error: unknown): boolean =>
  isKafkaError(error, 'code', 'PLT_KFK_NETWORK') || isKafkaError(error, 'canRetry', true);

/** Will Kafka never take this, because of what it is? */
export const isRefused = (error: unknown): boolean => REFUSALS.some((id) => isKafkaError(error, 'apiId', id));

const REFUSALS = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD'];
