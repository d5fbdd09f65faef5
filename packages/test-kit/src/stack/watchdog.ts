import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import path from 'node:path';

/** Tells the watchdog that what it watches is already stopped. */
export type Watchdog = { dismiss(): void };

export type Watched = {
  dir: string;
  /** The native servers that are ours to end. */
  parts: readonly string[];
  keepData: boolean;
  /** What else ends them. */
  command?: readonly string[];
};

/**
 * Sees to it that an instance's servers end with this process, even when it is killed with -9. The watchdog is a shell that
 * waits on a pipe from us; it costs a megabyte and no processor time.
 */
export function startWatchdog({ dir, parts, keepData, command = [] }: Watched): Watchdog {
  const child = spawn('/bin/sh', [path.join(import.meta.dirname, 'watchdog.sh'), ...command], {
    detached: true, // not in our process group: Ctrl-C must not end it before us
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: {
      ...process.env,
      MALIPO_WATCH_DIR: dir,
      MALIPO_WATCH_PARTS: parts.join(' '),
      MALIPO_WATCH_KEEP: keepData ? 'yes' : 'no',
    },
  });
  child.unref();
  const { stdin } = child;
  stdin.on('error', () => undefined); // it has ended: nothing left to tell
  if (stdin instanceof Socket) stdin.unref();
  return { dismiss: () => void stdin.end('done\n') };
}
