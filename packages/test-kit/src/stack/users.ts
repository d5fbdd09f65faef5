import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandOf, startOf } from './processes.ts';

/** A live process that works with an instance. */
type StackUser = { pid: number; command: string };

/** Notes that this process works with an instance until it ends. @returns takes the note back before that */
export function noteUser(dir: string): () => void {
  forgetTheDead(dir);
  const file = noteOf(dir, process.pid);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, startOf(process.pid) ?? '');
  return () => rmSync(file, { force: true });
}

/** Who works with an instance now. */
export const usersOf = (dir: string): StackUser[] =>
  notedPids(dir).flatMap((pid) => {
    const command = livesOn(dir, pid) ? commandOf(pid) : undefined;
    return command === undefined ? [] : [{ pid, command }];
  });

/** Whoever was killed could not take its note back. */
function forgetTheDead(dir: string): void {
  for (const pid of notedPids(dir)) if (!livesOn(dir, pid)) rmSync(noteOf(dir, pid), { force: true });
}

/** A process that was given the number of a dead one started later than the note says. */
function livesOn(dir: string, pid: number): boolean {
  try {
    return readFileSync(noteOf(dir, pid), 'utf8') === startOf(pid);
  } catch {
    return false; // it has just left
  }
}

function notedPids(dir: string): number[] {
  try {
    return readdirSync(path.join(dir, 'users')).map(Number);
  } catch {
    return []; // nobody ever
  }
}

const noteOf = (dir: string, pid: number): string => path.join(dir, 'users', String(pid));
