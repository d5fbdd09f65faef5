import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { Server } from './servers.ts';

/**
 * Starts a server. An owned one is watched over by a small shell that ends it when its owner is gone, also when the owner
 * was killed with -9; a daemon outlives the command that started it.
 */
export function launch(server: Server, home: string, owned: boolean): number {
  const log = openSync(path.join(home, `${server.name}.log`), 'a');
  const [command, args] = owned
    ? ['/bin/sh', ['-c', GUARD, 'guard', String(process.pid), server.command, ...server.args]]
    : [server.command, server.args];
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], ...server.env },
    stdio: ['ignore', log, log],
    detached: true,
    cwd: home,
  });
  child.unref();
  return child.pid ?? 0;
}

/** $1 is the owner; the rest is the server's command line. */
const GUARD = `
owner=$1; shift
"$@" & server=$!
trap 'kill -TERM $server 2>/dev/null' TERM INT
while kill -0 $owner 2>/dev/null && kill -0 $server 2>/dev/null; do sleep 1 & wait $!; done
kill -TERM $server 2>/dev/null
n=0; while kill -0 $server 2>/dev/null && [ $n -lt 100 ]; do n=$((n+1)); sleep 0.1; done
kill -KILL $server 2>/dev/null
wait $server 2>/dev/null
`;

const STOP_MS = 10_000;

/** Ends a server that is ours: asks first, insists after ten seconds. Does nothing when the pid is somebody else's by now. */
export async function stopServer(pid: number, home: string): Promise<void> {
  if (!(await isOurs(pid, home))) return;
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + STOP_MS;
  while (await isOurs(pid, home)) {
    if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Is the process alive, and does it work in our folder? Its command line won't do: some servers rewrite theirs. */
export const isOurs = async (pid: number, home: string): Promise<boolean> =>
  pid > 0 && (await readlink(`/proc/${pid}/cwd`).catch(() => '')).startsWith(home);
