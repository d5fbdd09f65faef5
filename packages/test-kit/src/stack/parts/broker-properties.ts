import { randomBytes } from 'node:crypto';

const MEBIBYTE = 1024 * 1024;

/** One node that is broker and controller. Its voters are named here, not in the log, so its ports may change. */
export function brokerProperties(dataDir: string, ports: { kafka: number; controller: number }): string {
  return properties({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.kafka}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': dataDir,
    'auto.create.topics.enable': false,
    'num.partitions': 6,
    'message.max.bytes': 2 * MEBIBYTE,
    'log.retention.ms': -1,
    'group.initial.rebalance.delay.ms': 0,
    // a killed broker may come back only when its old session has ended, 9 s later by default
    'broker.session.timeout.ms': 4_000,
    'broker.heartbeat.interval.ms': 500,
    ...singleCopies,
    ...smallMachine,
  });
}

/** The internal topics ask for three brokers by default. */
const singleCopies = {
  'offsets.topic.num.partitions': 8,
  'offsets.topic.replication.factor': 1,
  'transaction.state.log.num.partitions': 8,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
};

const smallMachine = {
  'num.network.threads': 2,
  'num.io.threads': 4,
  'background.threads': 2,
  // a quarter of the heap by default
  'log.cleaner.dedupe.buffer.size': 16 * MEBIBYTE,
};

/** The identity of a freshly formatted log folder; everything else that formatting writes is in the checkpoint. */
export const metaProperties = (): string =>
  properties({ version: 1, 'node.id': 1, 'cluster.id': kafkaId(), 'directory.id': kafkaId() });

/** 16 bytes as Kafka writes them; it refuses ones that begin with a dash. */
function kafkaId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? kafkaId() : id;
}

const properties = (entries: Record<string, string | number | boolean>): string =>
  Object.entries(entries)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
