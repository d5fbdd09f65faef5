import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ensurePrograms } from './cache/cache.ts';
import { once } from './once.ts';
import { type BrokerPorts, kafkaId, type Node } from './parts/broker-properties.ts';
import { kafka, prepareBroker } from './parts/kafka.ts';
import type { Part } from './parts/part.ts';
import { instanceDir, logFile } from './paths.ts';
import { choosePorts } from './ports.ts';
import { endServer } from './processes.ts';
import { startServer } from './server.ts';
import { type Environment, readSettings } from './settings.ts';
import { removeInstance } from './state.ts';
import { startWatchdog } from './watchdog.ts';

/** Brokers that copy each other's logs; numbered from 1. */
export type Cluster = {
  brokers: readonly string[];
  /** As a machine that goes dark: nothing is flushed, nobody is told. */
  kill(broker: number): Promise<void>;
  /** Resolves when it serves again. */
  start(broker: number): Promise<void>;
  /** What a topic was created with. */
  settingOf(topic: string, name: string): Promise<string | undefined>;
  /** Ends all brokers and removes their data; they end with this process, too. */
  stop(): Promise<void>;
};

/**
 * Starts a throw-away Kafka cluster of native brokers on loopback, each of which is a voting controller, too.
 * @param size three lose one of them without stopping
 */
export async function startCluster(size = 3, env: Environment = process.env): Promise<Cluster> {
  const programs = await ensurePrograms(readSettings(env), ['kafka'], () => undefined);
  const name = `cluster-${randomUUID().slice(0, 8)}`;
  const home = instanceDir(name);
  const ports = await portsOf(name, size);
  const clusterId = kafkaId();
  const dirOf = (broker: number) => path.join(home, `broker-${broker}`);
  const all = ports.map((_, index) => index + 1);
  const watchdogs = all.map((broker) => startWatchdog({ dir: dirOf(broker), parts: [kafka.name], keepData: false }));

  const start = async (broker: number): Promise<void> => {
    const own = ports[broker - 1];
    if (!own) throw new Error(`there is no broker ${broker} of ${size}`);
    const dir = dirOf(broker);
    await mkdir(path.dirname(logFile(dir, kafka.name)), { recursive: true });
    const common = { dir, dataDir: path.join(dir, kafka.name), programs, mongoCacheGb: 0 };
    await startServer(asNode({ id: broker, clusterId, ports }), { ...common, ports: { mongo: 0, redis: 0, ...own } });
  };
  const kill = (broker: number) => endServer(dirOf(broker), kafka.name, 0);
  const stop = once(async () => {
    await Promise.all(all.map(kill));
    removeInstance(home);
    for (const watchdog of watchdogs) watchdog.dismiss();
  });

  const failed = (await Promise.allSettled(all.map(start))).find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const brokers = ports.map((own) => `127.0.0.1:${own.kafka}`);
  return { brokers, kill, start, stop, settingOf: (topic, name) => settingOf(brokers, topic, name) };
}

async function settingOf(bootstrapBrokers: string[], topic: string, name: string): Promise<string | undefined> {
  const { Admin, ConfigResourceTypes } = await import('@platformatic/kafka');
  const admin = new Admin({ clientId: 'malipo-cluster', bootstrapBrokers, retries: 20, retryDelay: 250 });
  try {
    const resource = { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configurationKeys: [name] };
    const [described] = await admin.describeConfigs({ resources: [resource] });
    return described?.configs[0]?.value ?? undefined;
  } finally {
    await admin.close();
  }
}

const asNode = (node: Node): Part => ({ ...kafka, prepare: (context) => prepareBroker(context, node) });

/** Below those that the system gives to whoever asks: a broker that comes back must find its own free. */
async function portsOf(name: string, size: number): Promise<BrokerPorts[]> {
  const found = new Map<number, BrokerPorts>();
  for (let count = 1; found.size < size; count++) {
    const { kafka: port, controller } = await choosePorts(`${name}-${count}`, readSettings({}), undefined);
    found.set(port, { kafka: port, controller });
  }
  return [...found.values()];
}
