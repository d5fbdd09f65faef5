import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ensurePrograms } from './cache/cache.ts';
import { once } from './once.ts';
import { listens, until } from './parts/await-server.ts';
import { mongo } from './parts/mongo.ts';
import type { Part } from './parts/part.ts';
import { instanceDir, logFile } from './paths.ts';
import { choosePorts } from './ports.ts';
import { endServer, livePid } from './processes.ts';
import { startServer } from './server.ts';
import { type Environment, readSettings, type StackSettings } from './settings.ts';
import { removeInstance } from './state.ts';
import { startWatchdog } from './watchdog.ts';

/** MongoDB servers that hold the same data and vote for the one that takes writes; numbered from 1. */
export type ReplicaSet = {
  url: string;
  /** Resolves when a member takes writes that the others know of, with its number. */
  primary(): Promise<number>;
  /** As a machine that goes dark: nothing is flushed, nobody is told. */
  kill(member: number): Promise<void>;
  /** Resolves when it listens again. */
  start(member: number): Promise<void>;
  /** It keeps its connections and what it believes, and does nothing until `thaw`. */
  freeze(member: number): void;
  thaw(member: number): void;
  /** The primary hands over, as before a restart for maintenance. */
  stepDown(): Promise<void>;
  /** Ends all members and removes their data; they end with this process, too. */
  stop(): Promise<void>;
};

/** A member that hangs must not hold up whoever asks around. */
const ANSWER_MS = 1_000;
const VOTE_WITHIN_MS = 60_000;
/** So long nothing is heard of a primary before the others vote; ten seconds by default, which a test would only wait for. */
const ELECTION_MS = 4_000;

/**
 * Starts a throw-away replica set of native servers on loopback.
 * @param size three lose one of them without stopping
 */
export async function startReplicaSet(size = 3, env: Environment = process.env): Promise<ReplicaSet> {
  const name = `replica-set-${randomUUID().slice(0, 8)}`;
  const ports = await portsOf(name, size);
  const servers = await serversOf(name, ports, readSettings(env));
  try {
    await Promise.all(ports.map((_, index) => servers.start(index + 1)));
    await form(ports);
    await primaryOf(ports);
  } catch (error) {
    await servers.stop();
    throw error;
  }
  return {
    ...servers,
    url: `mongodb://${ports.map(hostOf).join()}/?replicaSet=rs0`,
    primary: () => primaryOf(ports),
    stepDown: () => stepDown(ports),
  };
}

type Servers = Pick<ReplicaSet, 'start' | 'kill' | 'freeze' | 'thaw' | 'stop'>;

async function serversOf(name: string, ports: readonly number[], settings: StackSettings): Promise<Servers> {
  const programs = await ensurePrograms(settings, ['mongo'], () => undefined);
  const home = instanceDir(name);
  const dirOf = (member: number) => path.join(home, `member-${member}`);
  const all = ports.map((_, index) => index + 1);
  const watchdogs = all.map((member) => startWatchdog({ dir: dirOf(member), parts: [mongo.name], keepData: false }));
  const signal = (member: number, what: NodeJS.Signals) => {
    const pid = livePid(dirOf(member), mongo.name);
    if (pid !== undefined) process.kill(pid, what);
  };
  const kill = (member: number) => endServer(dirOf(member), mongo.name, 0);
  return {
    async start(member) {
      const port = ports[member - 1];
      if (port === undefined) throw new Error(`there is no member ${member} of ${ports.length}`);
      const dir = dirOf(member);
      await mkdir(path.dirname(logFile(dir, mongo.name)), { recursive: true });
      const own = { mongo: port, redis: 0, kafka: 0, controller: 0 };
      const dataDir = path.join(dir, mongo.name);
      await startServer(asMember, { dir, dataDir, programs, ports: own, mongoCacheGb: settings.MALIPO_MONGO_CACHE_GB });
    },
    kill,
    freeze: (member) => signal(member, 'SIGSTOP'),
    thaw: (member) => signal(member, 'SIGCONT'),
    stop: once(async () => {
      await Promise.all(all.map(kill));
      removeInstance(home);
      for (const watchdog of watchdogs) watchdog.dismiss();
    }),
  };
}

const asMember: Part = { ...mongo, ready: ({ ports }, died) => until(() => listens(ports.mongo), died) };

const hostOf = (port: number): string => `127.0.0.1:${port}`;

async function form(ports: readonly number[]): Promise<void> {
  const members = ports.map((port, _id) => ({ _id, host: hostOf(port) }));
  const settings = { electionTimeoutMillis: ELECTION_MS };
  await command(ports[0], { replSetInitiate: { _id: 'rs0', members, settings } });
}

/** A primary declines while no other has all that it has; then it is asked again. */
async function stepDown(ports: readonly number[]): Promise<void> {
  const attempt = async () => command(ports[(await primaryOf(ports)) - 1], { replSetStepDown: 30 });
  const isDone = () =>
    attempt().then(
      () => true,
      () => false,
    );
  await until(isDone, AbortSignal.timeout(VOTE_WITHIN_MS));
}

/** The one that a majority agrees on; one that was frozen may still take itself for it. */
async function primaryOf(ports: readonly number[]): Promise<number> {
  let found = 0;
  await until(async () => {
    const answers = await Promise.all(ports.map((port) => command(port, { hello: 1 }).catch(() => undefined)));
    found = ports.findIndex((port, index) => {
      const believers = answers.filter((answer) => answer?.['primary'] === hostOf(port));
      return answers[index]?.['isWritablePrimary'] === true && believers.length > ports.length / 2;
    });
    return found >= 0;
  }, AbortSignal.timeout(VOTE_WITHIN_MS));
  return found + 1;
}

async function command(port: number | undefined, what: Record<string, unknown>) {
  const { MongoClient } = await import('mongodb');
  const patience = { serverSelectionTimeoutMS: ANSWER_MS, connectTimeoutMS: ANSWER_MS };
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, patience);
  try {
    return await client.db('admin').command(what);
  } finally {
    await client.close();
  }
}

/** Below those that the system gives to whoever asks: a member that comes back must find its own free. */
async function portsOf(name: string, size: number): Promise<number[]> {
  const found = new Set<number>();
  for (let count = 1; found.size < size; count++)
    found.add((await choosePorts(`${name}-${count}`, readSettings({}), undefined)).mongo);
  return [...found];
}
