import { type Admin, Kafka, type Kafka as KafkaClient, logLevel } from 'kafkajs';
import { pause } from '../clock.ts';
import type { BaseConfig } from '../config.ts';
import type { Logger } from '../logger.ts';

export type KafkaConnection = {
  client: KafkaClient;
  /** The topic's or group's name with the instance's prefix. */
  named(name: string): string;
  /** Creates missing topics: money topics keep everything, dead letters too. */
  ensureTopics(names: readonly string[]): Promise<void>;
};

/** The one place that knows which Kafka client we use. @see docs/adr/0001-kafka-client-behind-a-port.md */
export function connectKafka(config: BaseConfig, clientId: string, log: Logger): KafkaConnection {
  const client = new Kafka({
    clientId,
    brokers: config.MALIPO_KAFKA_BROKERS,
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 100, retries: 8, maxRetryTime: 5_000 },
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ level, log: entry }) => {
        const { message, error } = entry as { message: string; error?: string };
        // kafkajs logs at ERROR what it then retries by itself; the kit reports what stays broken
        log.debug({ kafka: level, error }, message);
      },
  });
  const named = (name: string) => `${config.MALIPO_KAFKA_PREFIX}${name}`;
  return { client, named, ensureTopics: (names) => ensureTopics(client.admin(), names.map(named), config) };
}

/** Dead letters are few and want no order. */
const partitionsOf = (topic: string, config: BaseConfig): number =>
  topic.endsWith('.dlq') ? 1 : config.MALIPO_PARTITIONS;

async function ensureTopics(admin: Admin, names: string[], config: BaseConfig): Promise<void> {
  await admin.connect();
  try {
    const there = new Set(await admin.listTopics());
    const topics = names
      .filter((name) => !there.has(name))
      .map((topic) => ({
        topic,
        numPartitions: partitionsOf(topic, config),
        replicationFactor: config.MALIPO_REPLICATION,
        configEntries: [{ name: 'retention.ms', value: '-1' }],
      }));
    if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: false }).catch(ignoreExisting);
    // several services create the same topics at once, and subscribing to one that the broker does not show yet fails
    for (let count = 0; topics.length > 0 && count < 100; count++) {
      const shown = new Set(await admin.listTopics());
      if (names.every((name) => shown.has(name))) break;
      await pause(100);
    }
  } finally {
    await admin.disconnect();
  }
}

function ignoreExisting(error: unknown): void {
  if (!/already exists/i.test(JSON.stringify(error) + String(error))) throw error;
}
