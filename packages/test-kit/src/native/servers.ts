import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { MongoClient } from 'mongodb';
import type { Parts } from './parts.ts';
import { runCommand } from './run-command.ts';

export type Server = {
  name: 'mongo' | 'redis' | 'kafka';
  command: string;
  args: string[];
  env: Record<string, string>;
  ready(): Promise<void>;
};

export type ServerPorts = { mongo: number; redis: number; kafka: number; controller: number };

/** A one-node replica set; a killed process's open transactions end after 5 s instead of 60. */
export async function mongoServer(parts: Parts, home: string, port: number, cacheGb: number): Promise<Server> {
  const data = path.join(home, 'mongo');
  await mkdir(data, { recursive: true });
  return {
    name: 'mongo',
    command: parts.mongod,
    args: [
      '--replSet',
      'rs0',
      '--dbpath',
      data,
      '--port',
      String(port),
      '--bind_ip',
      '127.0.0.1',
      '--wiredTigerCacheSizeGB',
      String(cacheGb),
      '--setParameter',
      'transactionLifetimeLimitSeconds=5',
      '--setParameter',
      'diagnosticDataCollectionEnabled=false',
      '--quiet',
    ],
    env: { LD_LIBRARY_PATH: parts.mongoLibraries },
    ready: () => initiate(port),
  };
}

async function initiate(port: number): Promise<void> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 20_000,
  });
  try {
    const admin = client.db('admin');
    await admin
      .command({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host: `127.0.0.1:${port}` }] } })
      .catch((error: { codeName?: string }) => {
        if (error.codeName !== 'AlreadyInitialized') throw error;
      });
    while (!(await admin.command({ hello: 1 }))['isWritablePrimary']) await pause(50);
  } finally {
    await client.close();
  }
}

export async function redisServer(parts: Parts, home: string, port: number): Promise<Server> {
  const data = path.join(home, 'redis');
  await mkdir(data, { recursive: true });
  return {
    name: 'redis',
    command: parts.redisServer,
    args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', data, '--appendonly', 'yes', '--save', ''],
    env: {},
    ready: () => untilOpen(port),
  };
}

/** One KRaft node, broker and controller in one. */
export async function kafkaServer(parts: Parts, home: string, ports: ServerPorts): Promise<Server> {
  const data = path.join(home, 'kafka');
  await mkdir(data, { recursive: true });
  const properties = path.join(home, 'kafka.properties');
  await writeFile(properties, propertiesOf(ports, data));
  const classpath = path.join(parts.kafkaLibraries, '*');
  await runCommand(parts.java, [
    '-Xmx128m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    classpath,
    'kafka.tools.StorageTool',
    'format',
    '--ignore-formatted',
    '-t',
    'bWFsaXBvLWxvY2FsLWthZg',
    '-c',
    properties,
  ]);
  return {
    name: 'kafka',
    command: parts.java,
    args: [
      '-Xms256m',
      '-Xmx512m',
      '-XX:+UseSerialGC',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-cp',
      classpath,
      'kafka.Kafka',
      properties,
    ],
    env: {},
    ready: () => untilServing(ports.kafka),
  };
}

const propertiesOf = ({ kafka, controller }: ServerPorts, data: string): string =>
  `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${kafka},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${kafka}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=${data}
num.partitions=24
offsets.topic.num.partitions=8
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
log.retention.ms=-1
log.segment.bytes=67108864
log.index.size.max.bytes=1048576
message.max.bytes=2097152
`;

async function untilServing(port: number): Promise<void> {
  await untilOpen(port);
  const admin = new Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    retry: { retries: 30, initialRetryTime: 100, maxRetryTime: 300 },
  }).admin();
  await admin.connect();
  await admin.describeCluster();
  await admin.disconnect();
}

const DEADLINE_MS = 40_000;

async function untilOpen(port: number): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await isOpen(port))) {
    if (Date.now() > deadline) throw new Error(`nothing answers on port ${port}; see the server's log`);
    await pause(50);
  }
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
