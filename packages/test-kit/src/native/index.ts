import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { isOurs, launch, stopServer } from './launch.ts';
import { fetchParts } from './parts.ts';
import { assertFree, freePort } from './ports.ts';
import { kafkaServer, mongoServer, redisServer, type Server, type ServerPorts } from './servers.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../..');

export type Stack = {
  instance: string;
  mongoUrl: string;
  redisUrl: string;
  kafkaBrokers: string[];
  pids: Record<string, number>;
  stop(): Promise<void>;
};
export type StackOptions = { instance: string; ephemeral?: boolean; daemon?: boolean; say?: (line: string) => void };

type State = { ports: ServerPorts; pids: Record<string, number> };

const homeOf = (instance: string) => path.join(ROOT, '.malipo', instance);

/** Starts (or joins, when it is up already) the infrastructure of an instance. */
export async function startStack({
  instance,
  ephemeral = false,
  daemon = false,
  say = () => {},
}: StackOptions): Promise<Stack> {
  const already = ephemeral ? undefined : await runningStack(instance);
  if (already) return already;
  const home = path.join(homeOf(instance), 'stack');
  if (ephemeral) await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  const parts = await fetchParts(process.env['MALIPO_CACHE'] ?? path.join(ROOT, '.malipo/cache'), say);
  const ports = ephemeral ? await anyPorts() : await fixedPorts();
  const servers: Server[] = [
    await mongoServer(parts, home, ports.mongo, Number(process.env['MALIPO_MONGO_CACHE_GB'] ?? 0.5)),
    await redisServer(parts, home, ports.redis),
    await kafkaServer(parts, home, ports),
  ];
  const pids = Object.fromEntries(servers.map((server) => [server.name, launch(server, home, !daemon)]));
  await Promise.all(servers.map((server) => server.ready()));
  await writeFile(path.join(home, 'state.json'), JSON.stringify({ ports, pids } satisfies State));
  return describe(instance, home, { ports, pids }, async () => {
    await Promise.all(Object.values(pids).map((pid) => stopServer(pid, home)));
    if (ephemeral) await rm(home, { recursive: true, force: true });
  });
}

/** The stack of an instance, if it is up. */
export async function runningStack(instance: string): Promise<Stack | undefined> {
  const home = path.join(homeOf(instance), 'stack');
  const state = await readFile(path.join(home, 'state.json'), 'utf8').then(
    (text) => JSON.parse(text) as State,
    () => undefined,
  );
  if (!state || !(await Promise.all(Object.values(state.pids).map((pid) => isOurs(pid, home)))).every(Boolean))
    return undefined;
  return describe(instance, home, state, async () => {});
}

const describe = (instance: string, _home: string, { ports, pids }: State, stop: () => Promise<void>): Stack => ({
  instance,
  mongoUrl: `mongodb://127.0.0.1:${ports.mongo}/?replicaSet=rs0`,
  redisUrl: `redis://127.0.0.1:${ports.redis}`,
  kafkaBrokers: [`127.0.0.1:${ports.kafka}`],
  pids,
  stop,
});

async function anyPorts(): Promise<ServerPorts> {
  const [mongo, redis, kafka, controller] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  return { mongo, redis, kafka, controller };
}

async function fixedPorts(): Promise<ServerPorts> {
  const of = (setting: string, fallback: number) => Number(process.env[setting] ?? fallback);
  const ports = {
    mongo: of('MALIPO_MONGO_PORT', 27117),
    redis: of('MALIPO_REDIS_PORT', 6479),
    kafka: of('MALIPO_KAFKA_PORT', 9192),
    controller: of('MALIPO_KAFKA_PORT', 9192) + 1,
  };
  await assertFree(ports.mongo, 'MongoDB', 'MALIPO_MONGO_PORT');
  await assertFree(ports.redis, 'Redis', 'MALIPO_REDIS_PORT');
  await assertFree(ports.kafka, 'Kafka', 'MALIPO_KAFKA_PORT');
  return ports;
}
