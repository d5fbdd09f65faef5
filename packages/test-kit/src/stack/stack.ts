import { randomUUID } from 'node:crypto';
import type { ServerName } from './cache/cache.ts';
import { composeDown, composeRunning, composeWorks } from './compose.ts';
import { startContainers } from './containers.ts';
import { withLock } from './lock.ts';
import { pidsOf, startNative, stopNative } from './native.ts';
import { instanceDir, instancesHome } from './paths.ts';
import { PortBusyError, type StackPorts } from './ports.ts';
import { commandOf } from './processes.ts';
import { type Environment, readSettings, type StackSettings } from './settings.ts';
import type { Lifetime } from './start-options.ts';
import { instanceDirs, readState, removeInstance, type StackMode } from './state.ts';
import { noteUser } from './users.ts';

/** Running infrastructure and where it is. */
export type Stack = {
  instance: string;
  mongoUrl: string;
  redisUrl: string;
  kafkaBrokers: string[];
  /** Of the native servers, by part; empty for containers and outside servers. */
  pids: Record<string, number>;
  /** Stops what this call started, and nothing that was there before. */
  stop(): Promise<void>;
};

export type StackOptions = {
  /** Instances with different names live side by side. MALIPO_INSTANCE, else `default`. */
  instance?: string;
  log?: (line: string) => void;
  /** A throw-away copy with fresh data, quick to start, under a name of its own: `<instance>-<random>`. */
  ephemeral?: boolean;
  /** The servers outlive this process; without it they end with it, even when it is killed. */
  daemon?: boolean;
  env?: Environment;
};

const EPHEMERAL_TRIES = 3;

/**
 * MongoDB (a replica set of one), Redis and Kafka, all on loopback: containers where an engine answers, else native
 * servers. Parts named in MALIPO_MONGO_URL, MALIPO_REDIS_URL or MALIPO_KAFKA_BROKERS are used and not started.
 * @throws {StackError} one line that says what to do
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const settings = readSettings({ ...(options.env ?? process.env), ...named(options.instance) });
  const log = options.log ?? (() => undefined);
  if (!options.ephemeral) {
    return startInstance(settings.MALIPO_INSTANCE, settings, options.daemon ? 'daemon' : 'owned', log);
  }
  sweepAbandoned();
  for (let count = 1; ; count++) {
    const instance = `${settings.MALIPO_INSTANCE}-${randomUUID().slice(0, 8)}`;
    try {
      return await startInstance(instance, withoutPorts(settings), 'ephemeral', log);
    } catch (error) {
      // somebody took a port between our look and the server's start: another name has other ports
      if (!(error instanceof PortBusyError) || count >= EPHEMERAL_TRIES) throw error;
    }
  }
}

/** An instance that is up, whoever started it; undefined when any part of it is not. Its `stop` does nothing. */
export async function runningStack(instance?: string, env: Environment = process.env): Promise<Stack | undefined> {
  const settings = readSettings({ ...env, ...named(instance) });
  const names = namesToStart(settings);
  const dir = instanceDir(settings.MALIPO_INSTANCE);
  const state = readState(dir);
  const containers = state?.mode === 'compose';
  const pids = pidsOf(dir);
  const up = state && containers ? await composeRunning(state.instance, state.ports) : new Set(Object.keys(pids));
  if (!names.every((name) => up.has(name))) return undefined;
  const addresses = addressesOf(settings, state?.ports, containers);
  return { ...addresses, instance: settings.MALIPO_INSTANCE, pids, stop: async () => undefined };
}

/** Stops an instance whoever started it. Its data stays, unless it is to be wiped. */
export async function stopStack(
  instance?: string,
  { wipe = false, env = process.env }: { wipe?: boolean; env?: Environment } = {},
): Promise<void> {
  const settings = readSettings({ ...env, ...named(instance) });
  const dir = instanceDir(settings.MALIPO_INSTANCE);
  const state = readState(dir);
  if (state?.mode === 'compose') await composeDown(state.instance, state.ports, { volumes: wipe });
  else await stopNative(dir);
  if (wipe) removeInstance(dir);
}

async function startInstance(
  instance: string,
  settings: StackSettings,
  lifetime: Lifetime,
  log: (line: string) => void,
): Promise<Stack> {
  const names = namesToStart(settings);
  if (names.length === 0) return { ...addressesOf(settings), instance, pids: {}, stop: async () => undefined };
  const dir = instanceDir(instance);
  const start = (await modeOf(settings)) === 'compose' ? startContainers : startNative;
  const waiting = (pid: number) => log(`waiting for process ${pid}, which is starting ${instance}`);
  const { ports, pids, stop } = await withLock(
    `${dir}.lock`,
    () => start({ instance, dir, settings, names, lifetime, log }),
    waiting,
  );
  const leave = lifetime === 'owned' ? noteUser(dir) : () => undefined;
  const leaveAndStop = async () => {
    leave();
    await stop();
  };
  return { ...addressesOf(settings, ports, start === startContainers), instance, pids, stop: leaveAndStop };
}

const modeOf = async ({ MALIPO_STACK: wanted }: StackSettings): Promise<StackMode> => {
  if (wanted !== 'auto') return wanted;
  return (await composeWorks()) ? 'compose' : 'native';
};

function namesToStart(settings: StackSettings): ServerName[] {
  const outside = {
    mongo: settings.MALIPO_MONGO_URL,
    redis: settings.MALIPO_REDIS_URL,
    kafka: settings.MALIPO_KAFKA_BROKERS,
  };
  return (['mongo', 'redis', 'kafka'] as const).filter((name) => outside[name] === undefined);
}

/** Where each part is: as the settings say, else on its port. */
export function addressesOf(
  settings: StackSettings,
  ports?: StackPorts,
  containers = false,
): Pick<Stack, 'mongoUrl' | 'redisUrl' | 'kafkaBrokers'> {
  // a container's replica set knows itself by a name that only containers can resolve
  const topology = containers ? 'directConnection=true' : 'replicaSet=rs0';
  return {
    mongoUrl: settings.MALIPO_MONGO_URL ?? `mongodb://127.0.0.1:${ports?.mongo}/?${topology}`,
    redisUrl: settings.MALIPO_REDIS_URL ?? `redis://127.0.0.1:${ports?.redis}`,
    kafkaBrokers: (settings.MALIPO_KAFKA_BROKERS ?? `127.0.0.1:${ports?.kafka}`).split(',').map((host) => host.trim()),
  };
}

/** Removes what throw-away instances left behind when the whole machine went down and no watchdog was there to do it. */
function sweepAbandoned(): void {
  for (const dir of instanceDirs(instancesHome())) {
    const owner = readState(dir)?.ephemeralOf;
    if (owner === undefined || commandOf(owner) !== undefined || Object.keys(pidsOf(dir)).length > 0) continue;
    removeInstance(dir);
  }
}

const named = (instance: string | undefined) => (instance === undefined ? {} : { MALIPO_INSTANCE: instance });

/** A developer's ports are for the instance that stays. */
const withoutPorts = ({
  MALIPO_MONGO_PORT: _mongo,
  MALIPO_REDIS_PORT: _redis,
  MALIPO_KAFKA_PORT: _kafka,
  ...rest
}: StackSettings): StackSettings => rest;
