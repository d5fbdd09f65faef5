import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { StackError } from './settings.ts';

/** Linux reports start times in these, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;

export type ProcessFacts = { pid: number; memoryBytes: number; uptimeSeconds: number };

/** The command line of a live process, or undefined: gone, or a zombie, which has none. */
export function commandOf(pid: number): string | undefined {
  return readProc(pid, 'cmdline')?.replaceAll('\0', ' ').trim() || undefined;
}

/** When a live process was started, in ticks since the machine was: with its number it names one process for good. */
export const startOf = (pid: number): string | undefined => readProc(pid, 'stat')?.split(') ').at(-1)?.split(' ')[19];

/** What a server of ours uses and how long it has run. */
export function factsOf(pid: number): ProcessFacts {
  const resident = /VmRSS:\s+(\d+) kB/.exec(readProc(pid, 'status') ?? '')?.[1] ?? '0';
  const startedTicks = startOf(pid) ?? '0';
  const machineUptime = Number.parseFloat(readFileSync('/proc/uptime', 'utf8'));
  return {
    pid,
    memoryBytes: Number(resident) * 1024,
    uptimeSeconds: Math.max(0, machineUptime - Number(startedTicks) / TICKS_PER_SECOND),
  };
}

export const writePid = (dir: string, part: string, pid: number): void => writeFileSync(pidFile(dir, part), `${pid}\n`);

/**
 * The pid of this instance's server, if it lives. A pid file may be stale and its number may belong to somebody else by
 * now: only a process whose command line names the instance's folder is ours.
 */
export function livePid(dir: string, part: string): number | undefined {
  const pid = Number.parseInt(readText(pidFile(dir, part)) ?? '', 10);
  return pid > 1 && commandOf(pid)?.includes(`${dir}${path.sep}`) ? pid : undefined;
}

/** So long may a killed process still write to a slow disk. */
const LETS_GO_MS = 30_000;

/**
 * Asks a server of ours to end, and insists after `graceMs`; 0 kills at once, for data that nobody needs.
 * @param letsGoMs how long a killed one is waited for
 * @throws {StackError} where the kernel does not let go of a killed one: a disk that hangs, or a debugger
 */
export async function endServer(dir: string, part: string, graceMs: number, letsGoMs = LETS_GO_MS): Promise<void> {
  const pid = livePid(dir, part);
  signal(pid, graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
  const asked = performance.now();
  while (pid !== undefined && holdsOn(pid, dir)) {
    const waitedMs = performance.now() - asked;
    if (waitedMs > graceMs) signal(livePid(dir, part), 'SIGKILL');
    if (waitedMs > graceMs + letsGoMs) throw heldOn(part, pid);
    await wait(15);
  }
  rmSync(pidFile(dir, part), { force: true });
}

const heldOn = (part: string, pid: number): StackError =>
  new StackError(
    `${part} (pid ${pid}) was killed and does not go: a disk that hangs or a debugger holds it; ` +
      `see "State" in /proc/${pid}/status, free what holds it, or restart the machine, and try again`,
  );

/** A dying process has no command line any more while its last threads write to the disk, and still has its ports and locks. */
const holdsOn = (pid: number, dir: string): boolean =>
  commandOf(pid)?.includes(`${dir}${path.sep}`) ?? threadsOf(pid) > 1;

function threadsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length;
  } catch {
    return 0;
  }
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const pidFile = (dir: string, part: string): string => path.join(dir, `${part}.pid`);

const readProc = (pid: number, name: string): string | undefined => readText(`/proc/${pid}/${name}`);

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
