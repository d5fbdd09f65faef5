import path from 'node:path';
import { ensurePrograms } from './cache/cache.ts';
import { once } from './once.ts';
import { kafka } from './parts/kafka.ts';
import { mongo } from './parts/mongo.ts';
import type { Part } from './parts/part.ts';
import { redis } from './parts/redis.ts';
import { assertFree, choosePorts, type StackPorts } from './ports.ts';
import { endServer, livePid } from './processes.ts';
import { startServer } from './server.ts';
import type { Lifetime, Started, StartOptions } from './start-options.ts';
import { readState, removeInstance, writeState } from './state.ts';
import { startWatchdog } from './watchdog.ts';

/** In the order in which they are shown. */
export const PARTS: readonly Part[] = [mongo, redis, kafka];

const GRACE_MS = 10_000;

/**
 * Starts the missing servers of an instance side by side. When one cannot start, those started with it are ended.
 * @throws {PortBusyError} before anything is started
 */
export async function startNative(options: StartOptions): Promise<Started> {
  const { instance, dir, settings, names, lifetime, log } = options;
  const ephemeral = lifetime === 'ephemeral';
  const programs = await ensurePrograms(settings, names, log);
  const ports = await choosePorts(instance, settings, readState(dir)?.ports);
  const parts = PARTS.filter((part) => names.includes(part.name));
  const missing = parts.filter((part) => livePid(dir, part.name) === undefined);
  await assertPortsFree(missing, ports);
  await writeState(dir, { instance, mode: 'native', ports, ...(ephemeral ? { ephemeralOf: process.pid } : {}) });
  const stop = stopperOf(dir, missing, lifetime);
  const common = { dir, ports, programs, mongoCacheGb: settings.MALIPO_MONGO_CACHE_GB };
  const starts = parts.map((part) => startServer(part, { ...common, dataDir: path.join(dir, part.name) }));
  const failed = (await Promise.allSettled(starts)).find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { ports, pids: pidsOf(dir), stop };
}

/** From now on these servers end when told, and, but for daemons, with this process at the latest. */
function stopperOf(dir: string, parts: readonly Part[], lifetime: Lifetime): () => Promise<void> {
  const names = parts.map((part) => part.name);
  const ephemeral = lifetime === 'ephemeral';
  const watched = lifetime !== 'daemon' && names.length > 0;
  const watchdog = watched ? startWatchdog({ dir, parts: names, keepData: !ephemeral }) : undefined;
  return once(async () => {
    await endServers(dir, names, ephemeral ? 0 : GRACE_MS);
    if (ephemeral) removeInstance(dir);
    watchdog?.dismiss();
  });
}

async function assertPortsFree(parts: readonly Part[], ports: StackPorts): Promise<void> {
  for (const part of parts) for (const port of part.ports) await assertFree(part.title, port, ports[port]);
}

/** Ends an instance's servers: asked first, so that a restart has nothing to recover. */
export async function stopNative(dir: string): Promise<void> {
  await endServers(
    dir,
    PARTS.map((part) => part.name),
    GRACE_MS,
  );
}

export const pidsOf = (dir: string): Record<string, number> =>
  Object.fromEntries(
    PARTS.flatMap(({ name }) => {
      const pid = livePid(dir, name);
      return pid === undefined ? [] : [[name, pid]];
    }),
  );

const endServers = (dir: string, names: readonly string[], graceMs: number) =>
  Promise.all(names.map((name) => endServer(dir, name, graceMs)));
