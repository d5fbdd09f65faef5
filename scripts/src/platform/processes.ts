import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** A process that is started anew whenever it ends before it was told to. */
export type Supervised = {
  name: string;
  pid(): number | undefined;
  starts(): number;
  kill(): void;
  stop(): Promise<void>;
};

const SERVE = path.resolve(import.meta.dirname, 'serve.ts');

/**
 * How a service's process is run: with room for what lives for a slice, without taking it for long-lived, and without
 * looking all that lives through more often than its growth asks for.
 * @see docs/adr/0015-what-v8-is-told.md
 */
export const NODE_FLAGS = ['--max-semi-space-size=64', '--no-allocation-site-pretenuring', '--heap-growing-percent=75'];

/** Pause before a restart, so that a service that cannot start does not spin. */
const RESTART_MS = 200;
const STOP_MS = 12_000;

/**
 * Runs services together in one supervised process.
 * @param logFile where its output goes
 */
export function superviseServices(
  services: readonly string[],
  env: Record<string, string>,
  logFile: string,
): Supervised {
  const log = createWriteStream(logFile, { flags: 'a' });
  let child: ChildProcess | undefined;
  let stopping = false;
  let starts = 0;
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    starts++;
    child = spawn(process.execPath, [...NODE_FLAGS, SERVE, ...services], {
      env: { ...ofOurOwn(), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // the channel closes when this process ends, however it ends
    });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once('exit', () => {
      if (!stopping) timer = setTimeout(start, RESTART_MS);
    });
  };
  start();
  return {
    name: services.join('+'),
    pid: () => child?.pid,
    starts: () => starts,
    kill: () => void child?.kill('SIGKILL'),
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await end(child);
      log.end();
    },
  };
}

/** What a service takes over from whoever started it; all else it is told. */
function ofOurOwn(): Record<string, string> {
  const { PATH, MALIPO_NODE_OPTIONS: options, NODE_COMPILE_CACHE: cache } = process.env;
  return {
    PATH: PATH ?? '',
    ...(options ? { NODE_OPTIONS: options } : {}),
    ...(cache ? { NODE_COMPILE_CACHE: cache } : {}),
  };
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(late);
}
