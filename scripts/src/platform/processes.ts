import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** A service as a process of its own, started anew whenever it ends before it was told to. */
export type Supervised = { name: string; pid(): number | undefined; kill(): void; stop(): Promise<void> };

/**
 * @param logFile where its output goes
 * @param restartMs pause before a restart, so that a service that cannot start does not spin
 */
export function supervise(name: string, env: Record<string, string>, logFile: string, restartMs = 300): Supervised {
  const log = createWriteStream(logFile, { flags: 'a' });
  let child: ChildProcess | undefined;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    child = spawn(
      process.execPath,
      [
        '--disable-warning=TimeoutNegativeWarning',
        path.join(ROOT, 'services', name.replace(/-\d+$/, ''), 'src/main.ts'),
      ],
      {
        env: { PATH: process.env.PATH ?? '', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once('exit', () => {
      if (!stopping) timer = setTimeout(start, restartMs);
    });
  };
  start();
  return {
    name,
    pid: () => child?.pid,
    kill: () => void child?.kill('SIGKILL'),
    async stop() {
      stopping = true;
      clearTimeout(timer);
      if (child && child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        const late = setTimeout(() => child?.kill('SIGKILL'), 12_000);
        await ended;
        clearTimeout(late);
      }
      log.end();
    },
  };
}
