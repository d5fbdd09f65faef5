import os from 'node:os';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { baseConfig, readConfig } from './config.ts';
import { onceDone } from './once.ts';
import type { AnyService } from './service.ts';
import { type Running, startService } from './start.ts';

/**
 * Runs services until SIGTERM or SIGINT, then stops them within `MALIPO_STOP_DEADLINE_MS` and ends the process. One that is
 * still starting is stopped too. Once started it stands back by `MALIPO_NICE`.
 */
export async function run(...services: AnyService[]): Promise<void> {
  const running: Running[] = [];
  const stopping = new AbortController();
  const started = startAll(services, running, stopping.signal);
  const stopAll = () => Promise.all(running.toReversed().map((one) => one.stop()));
  const end = onceDone(async () => {
    stopping.abort();
    const { MALIPO_STOP_DEADLINE_MS } = readConfig('run', baseConfig);
    const deadline = wait(MALIPO_STOP_DEADLINE_MS, 'late' as const, { ref: false });
    const late = await Promise.race([started.catch(() => undefined).then(stopAll), deadline]);
    process.exit(late === 'late' ? 1 : 0);
  });
  process.once('SIGTERM', () => void end());
  process.once('SIGINT', () => void end());
  try {
    await started;
    os.setPriority(readConfig('run', baseConfig).MALIPO_NICE);
  } catch (error) {
    if (stopping.signal.aborted) return;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    await stopAll();
    process.exit(1);
  }
}

async function startAll(services: readonly AnyService[], running: Running[], signal: AbortSignal): Promise<void> {
  for (const service of services) if (!signal.aborted) running.push(await startService(service, { signal }));
}
