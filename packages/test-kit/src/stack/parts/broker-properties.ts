import { randomBytes } from 'node:crypto';
import { BROKER_SETTINGS } from './server-settings.ts';

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
    ...BROKER_SETTINGS,
  });
}

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
