import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StackPorts } from './ports.ts';

export type StackMode = 'native' | 'compose';

/** What an instance remembers between commands. */
export type StackState = {
  instance: string;
  mode: StackMode;
  ports: StackPorts;
  /** The process whose throw-away instance this is. */
  ephemeralOf?: number;
};

export function readState(dir: string): StackState | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(dir), 'utf8')) as StackState;
  } catch {
    return undefined; // never started, or its file was damaged: start as if new
  }
}

/** Replaces the file at once, so that a killed writer leaves the old one. */
export async function writeState(dir: string, state: StackState): Promise<void> {
  await mkdir(path.join(dir, 'logs'), { recursive: true });
  const draft = `${stateFile(dir)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`);
  await rename(draft, stateFile(dir));
}

/** The folders of all instances that were ever started. */
export function instanceDirs(home: string): string[] {
  try {
    return readdirSync(home, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && readState(path.join(home, entry.name)) !== undefined)
      .map((entry) => path.join(home, entry.name));
  } catch {
    return [];
  }
}

export const removeInstance = (dir: string): void => rmSync(dir, { recursive: true, force: true, maxRetries: 3 });

const stateFile = (dir: string): string => path.join(dir, 'state.json');
