import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { commandOf } from './processes.ts';

const LISTEN = '0A';

/** The live process that listens on a local TCP port, as far as this user may see it. */
export function portOwner(port: number): { pid: number; command: string } | undefined {
  const sockets = listeningSockets(port);
  if (sockets.size === 0) return undefined;
  for (const pid of processIds()) {
    const command = holdsAny(pid, sockets) ? commandOf(pid) : undefined;
    if (command !== undefined) return { pid, command };
  }
  return undefined;
}

function listeningSockets(port: number): Set<string> {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const sockets = new Set<string>();
  for (const line of [...tableOf('tcp'), ...tableOf('tcp6')]) {
    const columns = line.trim().split(/\s+/);
    if (columns[1]?.endsWith(`:${wanted}`) && columns[3] === LISTEN) sockets.add(`socket:[${columns[9]}]`);
  }
  return sockets;
}

function tableOf(family: string): string[] {
  try {
    return readFileSync(`/proc/net/${family}`, 'utf8').split('\n').slice(1);
  } catch {
    return []; // a kernel without IPv6, or no /proc at all
  }
}

function processIds(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function holdsAny(pid: number, sockets: Set<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => isOneOf(`/proc/${pid}/fd/${fd}`, sockets));
  } catch {
    return false; // somebody else's process, or one that has just ended
  }
}

function isOneOf(link: string, sockets: Set<string>): boolean {
  try {
    return sockets.has(readlinkSync(link));
  } catch {
    return false;
  }
}
