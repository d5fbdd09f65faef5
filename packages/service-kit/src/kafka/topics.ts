import {
  Admin,
  type ConfigDescription,
  ConfigResourceTypes,
  IncrementalAlterConfigOperationTypes,
} from '@platformatic/kafka';
import { pause } from '../clock.ts';
import type { BaseConfig } from '../config.ts';
import type { Logger } from '../logger.ts';
import { isKafkaError, type KafkaSettings } from './connect.ts';

/** Dead letters are few, and lie in one partition in the order of their parking. */
const isForLetters = (topic: string): boolean => topic.endsWith('.dlq');

/**
 * Copies of an event that must exist before it counts as published: the outbox forgets it then, and with one copy alone
 * it would go with that broker. A majority goes on without a broker of three.
 */
const leastCopies = (replicas: number): number => Math.floor(replicas / 2) + 1;

/** A letter is larger than the message that it holds, and one that did not fit would end its consumer. */
const LARGEST_LETTER = 16 * 1024 * 1024;

type Setting = { name: string; value: string };

/** What holds for a topic however many copies it has. */
const settingsOf = (topic: string): Setting[] => [
  { name: 'retention.ms', value: '-1' },
  // with the sender's own time brokers refuse whoever's clock is an hour ahead of theirs
  { name: 'message.timestamp.type', value: 'LogAppendTime' },
  ...(isForLetters(topic) ? [{ name: 'max.message.bytes', value: String(LARGEST_LETTER) }] : []),
];

/**
 * Creates missing topics: money topics keep everything, dead letters too, and brokers say when a message came. Those that an
 * earlier version made get the settings that they lack, where the brokers let us.
 */
export async function ensureTopics(
  settings: KafkaSettings,
  names: readonly string[],
  config: BaseConfig,
  log: Logger,
): Promise<void> {
  const admin = new Admin(settings);
  try {
    const there = new Set(await admin.listTopics());
    const [present, missing] = [names.filter((name) => there.has(name)), names.filter((name) => !there.has(name))];
    await createTopics(admin, missing, config);
    await putRight(admin, present, log);
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

async function createTopics(admin: Admin, names: readonly string[], config: BaseConfig): Promise<void> {
  const copies = { name: 'min.insync.replicas', value: String(leastCopies(config.MALIPO_REPLICATION)) };
  for (const [forLetters, group] of Map.groupBy(names, isForLetters)) {
    const topics = group.map((topic) => ({
      topic,
      partitions: forLetters ? 1 : config.MALIPO_PARTITIONS,
      replicas: config.MALIPO_REPLICATION,
    }));
    const configs = [copies, ...settingsOf(group[0] ?? '')];
    await admin.createTopics({ topics, configs }).catch((error: unknown) => {
      if (!isKafkaError(error, 'apiId', 'TOPIC_ALREADY_EXISTS')) throw error;
    });
  }
}

/** A service goes on where it may not change topics: it did before. */
async function putRight(admin: Admin, topics: readonly string[], log: Logger): Promise<void> {
  if (topics.length === 0) return;
  const resources = topics.map((topic) => ({
    resourceType: ConfigResourceTypes.TOPIC,
    resourceName: topic,
    configurationKeys: settingsOf(topic).map(({ name }) => name),
  }));
  let wrong: Wrong[] = [];
  try {
    wrong = (await admin.describeConfigs({ resources })).map(wrongOf).filter(({ settings }) => settings.length > 0);
    if (wrong.length === 0) return;
    await admin.incrementalAlterConfigs({ resources: wrong.map(toChange) });
    log.info({ topics: wrong }, 'topics of an earlier version have today’s settings now');
  } catch (error) {
    if (isKafkaError(error, 'canRetry', true)) throw error;
    log.warn({ err: error, topics: wrong }, 'settings of topics could not be put right; set them by hand');
  }
}

type Wrong = { topic: string; settings: string[]; wanted: Setting[] };

function wrongOf({ resourceName: topic, configs }: ConfigDescription): Wrong {
  const now = new Map(configs.map(({ name, value }) => [name, value]));
  const isEnough = ({ name, value }: Setting) =>
    name === 'max.message.bytes' ? Number(now.get(name)) >= Number(value) : now.get(name) === value;
  const wanted = settingsOf(topic).filter((setting) => !isEnough(setting));
  return { topic, settings: wanted.map(({ name, value }) => `${name}: ${now.get(name)} → ${value}`), wanted };
}

const toChange = ({ topic, wanted }: Wrong) => ({
  resourceType: ConfigResourceTypes.TOPIC,
  resourceName: topic,
  configs: wanted.map((setting) => ({ ...setting, configOperation: IncrementalAlterConfigOperationTypes.SET })),
});
