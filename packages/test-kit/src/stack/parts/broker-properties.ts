import { randomBytes } from 'node:crypto';
import { BROKER_SETTINGS } from './server-settings.ts';

export type BrokerPorts = { kafka: number; controller: number };

/** Which node of which cluster a broker is; the ports are of all its nodes, in order. */
export type Node = { id: number; clusterId: string; ports: readonly BrokerPorts[] };

/** A cluster of its own. */
export const onlyNode = (ports: BrokerPorts): Node => ({ id: 1, clusterId: kafkaId(), ports: [ports] });

/** A node that is broker and controller. The voters are named here, not in the log, so that ports may change. */
export function brokerProperties(dataDir: string, { id, ports: all }: Node): string {
  const ports = all[id - 1];
  if (!ports) throw new Error(`node ${id} of ${all.length}`);
  return properties({
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': all.map(({ controller }, index) => `${index + 1}@127.0.0.1:${controller}`).join(),
    listeners: `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.kafka}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': dataDir,
    ...BROKER_SETTINGS,
    ...(all.length > 1 ? copiesOf(all.length) : {}),
  });
}

/** The internal topics of a cluster survive the loss of a broker, as the platform's own do. */
function copiesOf(brokers: number): Record<string, number> {
  const least = Math.floor(brokers / 2) + 1;
  return {
    'offsets.topic.replication.factor': brokers,
    'transaction.state.log.replication.factor': brokers,
    'transaction.state.log.min.isr': least,
    'share.coordinator.state.topic.replication.factor': brokers,
    'share.coordinator.state.topic.min.isr': least,
  };
}

/** The identity of a freshly formatted log folder; everything else that formatting writes is in the checkpoint. */
export const metaProperties = ({ id, clusterId }: Node): string =>
  properties({ version: 1, 'node.id': id, 'cluster.id': clusterId, 'directory.id': kafkaId() });

/** 16 bytes as Kafka writes them; it refuses ones that begin with a dash. */
export function kafkaId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? kafkaId() : id;
}

const properties = (entries: Record<string, string | number | boolean>): string =>
  Object.entries(entries)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
