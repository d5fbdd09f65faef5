import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { commandOf } from './processes.ts';

/** Runs `work` while no other process does; a lock whose holder died is taken over. */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait: (pid: number) => void): Promise<T> {
  mkdirSync(path.dirname(file), { recursive: true });
  for (let told = false; !take(file); ) {
    const holder = holderOf(file);
    if (holder === undefined) continue;
    if (!told) onWait(holder);
    told = true;
    await wait(100);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Linking a written file is atomic: a lock never exists without its holder's pid inside. */
function take(file: string): boolean {
  const ticket = `${file}.${randomUUID()}`;
  writeFileSync(ticket, String(process.pid));
  try {
    linkSync(ticket, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(ticket, { force: true });
  }
}

/** The live holder; a lock without one is removed. */
function holderOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    if (commandOf(pid) !== undefined) return pid;
    rmSync(file, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return undefined;
}
