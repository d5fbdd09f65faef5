import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { brokerProperties, onlyNode } from '../parts/broker-properties.ts';
import { freePort } from '../ports.ts';
import { mustRun } from '../run-command.ts';
import { StackError } from '../settings.ts';
import type { Java } from './java.ts';
import { kafkaClassPath } from './kafka-jars.ts';

const DEADLINE_MS = 90_000;

/** What priming leaves for one Java: a formatted log folder's checkpoint and an archive of loaded classes. */
export const primedDir = (home: string, java: Java): string => path.join(home, `primed-java-${java.version}`);

export const isPrimed = (home: string, java: Java): boolean => existsSync(primedDir(home, java));

/**
 * Formats a log folder and runs a broker once, so that later starts skip the one (a second) and load their classes from an
 * archive (half of the remaining start, and 40 MB of memory). It also proves that the fetched Kafka runs here.
 */
export async function primeKafka(home: string, java: Java): Promise<void> {
  const draft = path.join(home, `priming-${randomUUID()}`);
  const data = path.join(draft, 'data');
  const properties = path.join(draft, 'server.properties');
  try {
    await mkdir(draft, { recursive: true });
    const ports = { kafka: await freePort(), controller: await freePort() };
    await writeFile(properties, brokerProperties(data, onlyNode(ports)));
    const env = { CLASSPATH: await kafkaClassPath(home) };
    const format = ['format', '--cluster-id', 'AAAAAAAAAAAAAAAAAAAAAQ', '--config', properties];
    const quick = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
    await mustRun(java.program, [...quick, 'kafka.tools.StorageTool', ...format], {
      env,
      failing: 'Kafka cannot format its log folder',
    });
    await copyFile(path.join(data, 'bootstrap.checkpoint'), path.join(draft, 'bootstrap.checkpoint'));
    await runOnce(java, draft, properties, env, ports.kafka);
    await rm(data, { recursive: true });
    await rename(draft, primedDir(home, java));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function runOnce(
  java: Java,
  draft: string,
  properties: string,
  env: Record<string, string>,
  port: number,
): Promise<void> {
  const archive = ['-XX:+IgnoreUnrecognizedVMOptions', `-XX:ArchiveClassesAtExit=${path.join(draft, 'classes.jsa')}`];
  const args = [...archive, '-Xmx512m', '-XX:+UseSerialGC', 'kafka.Kafka', properties];
  const child = spawn(java.program, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
  const deadline = Date.now() + DEADLINE_MS;
  while (child.exitCode === null && !(await answers(port))) {
    if (Date.now() > deadline) child.kill('SIGKILL');
    await wait(50);
  }
  const early = child.exitCode !== null || child.signalCode !== null;
  child.kill('SIGTERM');
  await ended;
  if (early) throw new StackError('the fetched Kafka does not run here: its broker ended while starting');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const settle = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}
