import { composeCommand, composeDown, composeRunning, composeUp } from './compose.ts';
import { once } from './once.ts';
import { choosePorts } from './ports.ts';
import type { Started, StartOptions } from './start-options.ts';
import { readState, removeInstance, writeState } from './state.ts';
import { startWatchdog } from './watchdog.ts';

/** Starts the missing containers of an instance and waits until they are healthy. */
export async function startContainers(options: StartOptions): Promise<Started> {
  const { instance, dir, settings, names, lifetime, log } = options;
  const ephemeral = lifetime === 'ephemeral';
  const ports = await choosePorts(instance, settings, readState(dir)?.ports);
  const running = await composeRunning(instance, ports);
  if (names.every((name) => running.has(name))) return { ports, pids: {}, stop: async () => undefined };
  await writeState(dir, { instance, mode: 'compose', ports, ...(ephemeral ? { ephemeralOf: process.pid } : {}) });
  const down = composeCommand(instance, ['down', ...(ephemeral ? ['--volumes'] : [])]);
  const watched = { dir, parts: [], keepData: !ephemeral, command: ['docker', ...down] };
  const watchdog = lifetime === 'daemon' ? undefined : startWatchdog(watched);
  const stop = once(async () => {
    await composeDown(instance, ports, { volumes: ephemeral });
    if (ephemeral) removeInstance(dir);
    watchdog?.dismiss();
  });
  log(`starting ${names.join(', ')} with docker compose`);
  try {
    await composeUp(instance, ports, names);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports, pids: {}, stop };
}
