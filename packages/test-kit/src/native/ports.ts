import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';

/** @throws {Error} naming the port, its owner and the setting that moves it */
export async function assertFree(port: number, what: string, setting: string): Promise<void> {
  if (await isFree(port)) return;
  const owner = await ownerOf(port);
  throw new Error(
    `port ${port}, which ${what} needs, is taken${owner ? ` by process ${owner.pid} (${owner.command})` : ''}; end that process or set ${setting} to another port`,
  );
}

/** Can something listen there on loopback right now? */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

const LISTENING = '0A';

/** Who listens on a port, as far as this user may see. */
async function ownerOf(port: number): Promise<{ pid: number; command: string } | undefined> {
  const rows = (
    await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')))
  )
    .join('\n')
    .split('\n');
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const row = rows
    .map((line) => line.trim().split(/\s+/))
    .find((cells) => cells[1]?.endsWith(`:${hex}`) && cells[3] === LISTENING);
  const socket = row?.[9] ? `socket:[${row[9]}]` : undefined;
  if (!socket) return undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
    if (links.includes(socket)) return { pid: Number(pid), command: await commandOf(Number(pid)) };
  }
  return undefined;
}

/** The command line of a process, shortened; empty when there is none. */
export async function commandOf(pid: number, length = 80): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return line.replaceAll('\0', ' ').trim().slice(0, length);
}
