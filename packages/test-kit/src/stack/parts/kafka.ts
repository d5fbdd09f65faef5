import { existsSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Admin } from '@platformatic/kafka';
import { kafkaClassPath } from '../cache/kafka-jars.ts';
import { primedDir } from '../cache/prime-kafka.ts';
import { StackError } from '../settings.ts';
import { listens, until } from './await-server.ts';
import { brokerProperties, metaProperties, type Node, onlyNode } from './broker-properties.ts';
import type { Command, Part, PartContext } from './part.ts';

/** Asking about any group makes the broker create its offsets topic, which is slow exactly once. */
const ANY_GROUP = 'malipo-stack-warm-up';

export const kafka: Part = {
  name: 'kafka',
  title: 'Kafka',
  ports: ['kafka', 'controller'],
  prepare: (context) => prepareBroker(context, onlyNode(context.ports)),
  async ready({ ports }, died) {
    // loaded while the server starts, so that it costs no time
    const { Admin } = await import('@platformatic/kafka');
    await until(() => listens(ports.kafka), died);
    const bootstrapBrokers = [`127.0.0.1:${ports.kafka}`];
    const admin = new Admin({ clientId: 'malipo-stack', bootstrapBrokers, retries: 0 });
    try {
      await until(() => serves(admin), died);
    } finally {
      await admin.close();
    }
  },
};

/** Who listens may be one that is dying, or one that does not know its cluster yet. */
async function serves(admin: Admin): Promise<boolean> {
  try {
    const { brokers } = await admin.metadata({ forceUpdate: true });
    if (brokers.size > 0) await admin.describeGroups({ groups: [ANY_GROUP] });
    return brokers.size > 0;
  } catch {
    return false;
  }
}

/** @throws {StackError} when the Java is gone that Kafka was fetched for */
export async function prepareBroker({ dir, dataDir, programs }: PartContext, node: Node): Promise<Command> {
  const { kafkaHome, java } = programs;
  if (!java) throw new StackError('the Java that Kafka was fetched for is gone; run scripts/stack up again');
  const primed = primedDir(kafkaHome, java);
  const archive = path.join(primed, 'classes.jsa');
  const properties = path.join(dir, 'server.properties');
  await mkdir(dataDir, { recursive: true });
  await writeFile(properties, brokerProperties(dataDir, node));
  await formatOnce(dataDir, primed, node);
  return {
    file: java.program,
    args: [
      ...['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:+ExitOnOutOfMemoryError', '-Djava.awt.headless=true'],
      ...(existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`] : []),
      ...['-Xlog:disable', '-Xlog:all=error:stderr'],
      // at our rates the second compiler works longer than what it compiles would save
      '-XX:TieredStopAtLevel=1',
      ...['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true'],
      ...['kafka.Kafka', properties],
    ],
    // in the environment, because 46 jars would make the command line unreadable
    env: { CLASSPATH: await kafkaClassPath(kafkaHome) },
  };
}

/** What the storage tool would do in a second of its own: the checkpoint is the same for all, the identity is not. */
async function formatOnce(dataDir: string, primed: string, node: Node): Promise<void> {
  const identity = path.join(dataDir, 'meta.properties');
  if (existsSync(identity)) return;
  await copyFile(path.join(primed, 'bootstrap.checkpoint'), path.join(dataDir, 'bootstrap.checkpoint'));
  await writeFile(identity, metaProperties(node));
}
